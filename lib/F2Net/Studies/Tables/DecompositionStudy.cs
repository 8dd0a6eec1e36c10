using F2Net.Model.Decompositions;

namespace F2Net.Studies.Tables;

/// <summary>The paper's table of decompositions, and AFD's own sizes.</summary>
public static class DecompositionStudy
{
    public static Study Study { get; } =
        new(
            "decomposition",
            "Frequency decomposition",
            "Does a decomposition that is learned beat one that is given, and none at all?",
            [
                Of("raw", "none: both branches read the image", new(74.2), DecompositionKind.None),
                Of("laplacian", "Laplacian pyramid", new(78.1, FramesPerSecond: 9.8), DecompositionKind.LaplacianPyramid),
                Of("gaussian", "Gaussian", null, DecompositionKind.Gaussian),
                Of("haar", "Haar wavelet", null, DecompositionKind.Haar),
                Of("all-ones", "AFD, high-pass as all ones minus the kernel", null, DecompositionKind.AdaptiveAllOnes),
                new("groups-1", "AFD, 1 group") { Network = n => n with { DecompositionGroups = 1 } },
                Groups("groups-eighth", "AFD, C/8 groups", 8),
                Groups("groups-half", "AFD, C/2 groups", 2),
                new("kernel-5", "AFD, kernels of 5 x 5") { Network = n => n with { DecompositionKernel = 5 } },
                new("kernel-7", "AFD, kernels of 7 x 7") { Network = n => n with { DecompositionKernel = 7 } },
                StudyRow.Full with
                {
                    Title = "AFD (C/4 groups, kernels of 3 x 3)",
                    Paper = new(PaperFigures.FullMeanIoU, FramesPerSecond: 15.4),
                },
            ]
        );

    private static StudyRow Of(string name, string title, PaperFigures? paper, DecompositionKind kind) =>
        new(name, title, paper) { Network = n => n with { Decomposition = kind } };

    // Of the paper's 32 channels 4, 8 (its own) and 16 groups.
    private static StudyRow Groups(string name, string title, int channelsEach) =>
        new(name, title) { Network = n => n with { DecompositionGroups = Math.Max(1, n.DecompositionChannels / channelsEach) } };
}
