using System.Globalization;

namespace F2Net.Studies.Tables;

/// <summary>How many steps a run needs before its scores say something: looked at before all other studies, which then take so many.</summary>
public static class SettlingStudy
{
    public static Study Study { get; } =
        new(
            "settling",
            "Settling",
            "After how many steps does the full network gain no more on val, and do seeds agree?",
            [Steps(140), Steps(280), Steps(560), Steps(1120), Steps(2240)]
        );

    private static StudyRow Steps(int steps) =>
        new($"steps-{steps.ToString(CultureInfo.InvariantCulture)}", $"{steps.ToString("#,0", CultureInfo.InvariantCulture)} steps")
        {
            Recipe = r => r with { Iterations = steps },
        };
}
