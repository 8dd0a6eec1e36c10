using F2Net.Losses;
using F2Net.Training;

namespace F2Net.Studies.Tables;

/// <summary>The paper's table of losses, and how much their weights matter.</summary>
public static class LossStudy
{
    // The paper gives gains over cross-entropy alone: 1.45, 1.85 and both 2.87.
    private const double CrossEntropy = PaperFigures.FullMeanIoU - 2.87;

    public static Study Study { get; } =
        new(
            "losses",
            "Losses",
            "What do aligning the frequencies and balancing the branches add to cross-entropy?",
            [
                Weighed("ce", "CE", new(CrossEntropy), r => r with { AlignmentWeight = 0, BalanceWeight = 0 }),
                Weighed("ce-cfbl", "CE + CFBL", new(CrossEntropy + 1.45), r => r with { AlignmentWeight = 0 }),
                Weighed("ce-cfal", "CE + CFAL", new(CrossEntropy + 1.85), r => r with { BalanceWeight = 0 }),
                Weighed("cfbl-whole", "both, CFBL on whole branches", null, r => r with { BalanceScope = BalanceScope.WholeBranches }),
                Weighed("cfal-0.01", "both, λ of CFAL 0.01", null, r => r with { AlignmentWeight = 0.01 }),
                Weighed("cfal-1", "both, λ of CFAL 1", null, r => r with { AlignmentWeight = 1 }),
                Weighed("cfbl-0.01", "both, λ of CFBL 0.01", null, r => r with { BalanceWeight = 0.01 }),
                Weighed("cfbl-1", "both, λ of CFBL 1", null, r => r with { BalanceWeight = 1 }),
                StudyRow.Full with
                {
                    Title = "CE + CFBL + CFAL, λ 0.1 each",
                    Paper = new(PaperFigures.FullMeanIoU),
                },
            ]
        );

    private static StudyRow Weighed(string name, string title, PaperFigures? paper, Func<TrainingRecipe, TrainingRecipe> recipe) =>
        new(name, title, paper) { Recipe = recipe };
}
