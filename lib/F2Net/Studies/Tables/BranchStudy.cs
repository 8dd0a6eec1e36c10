using F2Net.Model;

namespace F2Net.Studies.Tables;

/// <summary>The paper's table of branches.</summary>
public static class BranchStudy
{
    public static Study Study { get; } =
        new(
            "branches",
            "Branches",
            "What does each branch add?",
            [
                Alone("high-only", "high", 72.5, Branch.High),
                Alone("short-only", "short", 71.3, Branch.Short),
                // A head that reads stride 4 has nothing to read there in a transformer alone.
                Alone("long-only", "long (coarse head)", 71.9, Branch.Long) with
                {
                    Network = n => n with { Branches = [Branch.Long], Head = HeadKind.Coarse },
                },
                Of("high-short", "high + short", 76.7, Branch.High, Branch.Short),
                Of("high-long", "high + long", 76.5, Branch.High, Branch.Long),
                Of("short-long", "short + long", null, Branch.Short, Branch.Long),
                StudyRow.Full with
                {
                    Title = "high + short + long",
                },
            ]
        );

    private static StudyRow Of(string name, string title, double? paper, params Branch[] branches) =>
        new(name, title, paper is null ? null : new(paper)) { Network = n => n with { Branches = branches } };

    // One branch has nothing to be balanced with: its balance loss is 0, and without its weight no second-order graph is built for it.
    private static StudyRow Alone(string name, string title, double paper, Branch branch) =>
        Of(name, title, paper, branch) with
        {
            Recipe = r => r with { BalanceWeight = 0 },
        };
}
