namespace F2Net.Studies.Tables;

/// <summary>The paper's main table: F2Net against networks that see the whole image small, or patches of it, or both.</summary>
public static class MainStudy
{
    public static Study Study { get; } =
        new(
            "main",
            "Main results",
            "Does the whole network beat a global view, patches, and the two together?",
            [.. Baselines.Rows, StudyRow.Full]
        )
        {
            Published =
            [
                new("ISDNet", new(F1: 86.35, FramesPerSecond: 27.70)),
                new("BPT", new(76.60, F1: 85.7)),
                new("RUE", new(79.00, FramesPerSecond: 44.38)),
                new("F2Net on Inria, 5000 x 5000", new(83.39, F1: 91.19, MemoryMB: 5534)),
            ],
        };
}
