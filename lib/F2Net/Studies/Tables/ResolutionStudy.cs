namespace F2Net.Studies.Tables;

/// <summary>The paper's table of input resolutions: it gives losses against the full network, and says of the low frequencies that they lose next to nothing.</summary>
public static class ResolutionStudy
{
    public static Study Study { get; } =
        new(
            "resolution",
            "Input resolution",
            "Which branch needs the full resolution?",
            [
                new("high-half", "high at 1/2, low at 1/2", new(PaperFigures.FullMeanIoU - 5.1))
                {
                    Network = n => n with { HighScale = 0.5 },
                },
                new("high-quarter", "high at 1/4, low at 1/2", new(PaperFigures.FullMeanIoU - 7.4))
                {
                    Network = n => n with { HighScale = 0.25 },
                },
                Low("low-whole", "high at 1, low at 1", scale: 1),
                Low("low-quarter", "high at 1, low at 1/4", scale: 0.25),
                StudyRow.Full with
                {
                    Title = "high at 1, low at 1/2",
                    Paper = new(PaperFigures.FullMeanIoU),
                },
            ]
        );

    // Under a token budget the long-range branch sees its context so much finer or coarser, in training as on whole images.
    private static StudyRow Low(string name, string title, double scale)
    {
        int Scaled(int size) => (int)(size * scale / 0.5);
        return new(name, title)
        {
            Network = n =>
                n with
                {
                    ShortScale = scale,
                    LongScale = scale,
                    LongRangeTokens = n.LongRangeTokens is { } t ? Scaled(t) : null,
                },
            Recipe = r => r with { Sampling = r.Sampling with { ContextBudget = Scaled(r.Sampling.ContextBudget) } },
        };
    }
}
