using F2Net.Losses;
using F2Net.Model;
using F2Net.Model.Decompositions;

namespace F2Net.Studies.Tables;

/// <summary>What the paper leaves open.</summary>
public static class BeyondStudy
{
    public static Study Study { get; } =
        new(
            "beyond",
            "Beyond the paper",
            "What do variants that the paper leaves open come to?",
            [
                new("three-bands", "three bands: high, middle, low")
                {
                    Network = n => n with { Decomposition = DecompositionKind.AdaptiveThreeBands },
                },
                new("learned-weights", "λ learned (homoscedastic uncertainty)")
                {
                    Recipe = r => r with { LossWeighting = LossWeighting.Learned },
                },
                Directions(2),
                Directions(1),
                new("coarse-head", "the paper's head, at 1/16") { Network = n => n with { Head = HeadKind.Coarse } },
                new("pixel-head", "a head at full resolution") { Network = n => n with { Head = HeadKind.Pixel } },
                // No variant, but a check: a harness that ranks it with the others cannot be believed.
                new("noise", "broken: both bands are noise") { Network = n => n with { Decomposition = DecompositionKind.Noise } },
                StudyRow.Full,
            ]
        );

    private static StudyRow Directions(int count) =>
        new($"directions-{count}", $"scans in {count} of 4 directions") { Network = n => n with { HighDirections = count } };
}
