using F2Net.Model;

namespace F2Net.Studies.Tables;

/// <summary>The paper's table of fusions.</summary>
public static class FusionStudy
{
    public static Study Study { get; } =
        new(
            "fusion",
            "Fusion",
            "Do HFF's gates beat plainer fusions, and at what cost?",
            [
                Of("concat", "concat", new(76.1), FusionKind.Concat),
                Of("add", "add", new(74.6), FusionKind.Add),
                Of("cross-attention", "cross-attention", new(72.4, GigaOperations: 93.8), FusionKind.CrossAttention),
                StudyRow.Full with
                {
                    Title = "HFF",
                    Paper = new(PaperFigures.FullMeanIoU, GigaOperations: 60.8),
                },
            ]
        );

    private static StudyRow Of(string name, string title, PaperFigures paper, FusionKind kind) =>
        new(name, title, paper) { Network = n => n with { Fusion = kind } };
}
