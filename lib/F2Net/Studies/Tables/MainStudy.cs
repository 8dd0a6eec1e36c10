namespace F2Net.Studies.Tables;

/// <summary>The paper's main table: F2Net against networks that see the whole image small, or patches of it, or both, and against itself in patches.</summary>
public static class MainStudy
{
    /// <summary>The full network, trained as it is and applied in patches that know nothing of one another, against the same weights on whole images.</summary>
    public static StudyRow InPatchesAlone { get; } =
        new("full-in-patches-alone", $"F2Net, patches of {Baselines.PatchSide}, each alone")
        {
            Inference = new Patches(Baselines.PatchSide, alone: true),
            ComparedWith = new WholeImage(),
        };

    /// <summary>The same, but that its long-range branch, where it has a token budget, sees the whole image reduced to that.</summary>
    public static StudyRow InPatches { get; } =
        new("full-in-patches", $"F2Net, patches of {Baselines.PatchSide} and the whole image at 128")
        {
            Inference = new Patches(Baselines.PatchSide),
            ComparedWith = new WholeImage(),
        };

    public static Study Study { get; } =
        new(
            "main",
            "Main results",
            "Does the whole network beat a global view, patches, and the two together?",
            [.. Baselines.Rows, InPatchesAlone, InPatches, StudyRow.Full]
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
