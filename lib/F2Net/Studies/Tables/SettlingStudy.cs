using System.Globalization;

namespace F2Net.Studies.Tables;

/// <summary>How many steps a run needs before its scores say something: looked at before all other studies.</summary>
public static class SettlingStudy
{
    public static Study Study { get; } =
        new(
            "settling",
            "Settling",
            "After how many steps does the full network gain no more on val, and do seeds agree?",
            [
                Steps(140),
                Steps(280),
                Steps(560),
                StudyRow.Full with
                {
                    Title = $"{Counted(StudyPreset.Nano.Recipe.Iterations)}, as in the other tables",
                    Paper = null,
                },
                Steps(1120),
                Steps(LongerStudy.Steps),
                Steps(4480),
            ]
        )
        {
            Preset = StudyPreset.Nano,
        };

    /// <summary>The full network after a number of steps.</summary>
    internal static StudyRow Steps(int steps) =>
        new($"steps-{steps.ToString(CultureInfo.InvariantCulture)}", Counted(steps)) { Recipe = r => r with { Iterations = steps } };

    /// <summary>"2,240 steps".</summary>
    internal static string Counted(int steps) => $"{steps.ToString("#,0", CultureInfo.InvariantCulture)} steps";
}
