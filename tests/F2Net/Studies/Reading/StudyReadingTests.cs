using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;

namespace F2Net.Tests.Studies.Reading;

public class StudyReadingTests
{
    private static readonly StudyRow Low = new("low", "low", new(70.22)) { Recipe = r => r with { Power = 1 } };
    private static readonly StudyRow Middle = new("middle", "middle", new(78.22)) { Recipe = r => r with { Power = 2 } };
    private static readonly StudyRow Own = new("own", "own") { Recipe = r => r with { Power = 3 } };
    private static readonly Study Study = new("three", "Three", "Which?", [Low, Middle, Own, StudyRow.Full]);

    [Fact]
    public void Says_of_every_row_its_side_size_and_interval()
    {
        var sentences = Of(low: -0.10, middle: 0.03, own: -0.02);
        Assert.Equal(
            "Of 2 rows that the paper holds against the full network, 1 lies on the paper's side of it, 1 on the other, 0 cannot be told from it, 0 have no comparison yet.",
            sentences[0]
        );
        Assert.Equal(
            "Of 1 row without a difference in the paper, 1 lies below the full network, 0 above, 0 cannot be told from it.",
            sentences[1]
        );
        Assert.Equal(
            "As in the paper: “low” lies 10.00 points below the full network, 95 % interval −10.25 to −9.75, 3 seeds; in the paper 10.00 points below, which our interval holds.",
            sentences[2]
        );
        Assert.StartsWith("Unlike the paper: “middle” lies 3.00 points above the full network", sentences[3], StringComparison.Ordinal);
        Assert.EndsWith("in the paper 2.00 points below, outside our interval.", sentences[3], StringComparison.Ordinal);
        Assert.StartsWith("Only here: “own” lies 2.00 points below", sentences[4], StringComparison.Ordinal);
        Assert.Equal(
            "Order: 2 of 3 pairs of rows stand as in the paper, by their means; turned round are “middle” and “F2Net”.",
            sentences[5]
        );
    }

    [Fact]
    public void Of_many_pairs_turned_round_the_rows_that_most_hold_are_named()
    {
        var rows = Enumerable
            .Range(1, 5)
            .Select(i => Low with { Name = $"r{i}", Title = $"r{i}", Paper = new(70 + i), Recipe = r => r with { Power = i } })
            .ToList();
        var study = Study with { Rows = [.. rows, StudyRow.Full] };
        // The paper's order from behind, but for r1, which stays last.
        var table = MadeUpResults.Table(
            study,
            [.. rows.Select((row, i) => (row, 1, i == 0 ? 0.1 : 0.6 - (0.01 * i))), (StudyRow.Full, 1, 0.5)]
        );
        Assert.Contains(
            "Order: 5 of 15 pairs of rows stand as in the paper, by their means; 10 are turned round, most of them with “r2” (4), “r3” (4), “r4” (4).",
            StudyReading.Of(table)
        );
    }

    [Fact]
    public void The_order_of_two_rows_is_that_of_the_seeds_both_have()
    {
        // Over all its seeds “low” has a mean of 0.6, over the one that the others have 0.3: below them, as in the paper.
        var table = MadeUpResults.Table(Study, (Low, 1, 0.3), (Low, 2, 0.9), (Middle, 1, 0.4), (StudyRow.Full, 1, 0.5));
        Assert.Contains("Order: all 3 pairs of rows stand as in the paper, by their means.", StudyReading.Of(table));
    }

    [Fact]
    public void An_interval_that_holds_0_is_open()
    {
        var sentences = Of(low: -0.001, middle: -0.03, own: 0);
        Assert.Contains(
            sentences,
            s =>
                s.StartsWith(
                    "Open: “low” lies 0.10 points below the full network, 95 % interval −0.35 to +0.15, which holds 0",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains(sentences, s => s.StartsWith("Order: 2 of 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Says_what_is_missing_and_what_failed()
    {
        StudyResult[] results =
        [
            MadeUpResults.Of(Study, Low, 1, 0.4),
            MadeUpResults.Of(Study, Middle, 1, 0, failure: "The loss became NaN at step 7."),
            MadeUpResults.Of(Study, StudyRow.Full, 1, 0.5),
        ];
        var sentences = StudyReading.Of(StudyTable.Of(Study, StudyPreset.Nano, 3, "Test", new(results)));
        Assert.Equal(
            "Open: “low” lies 10.00 points below the full network, without an interval, 1 seed; in the paper 10.00 points below.",
            sentences[1]
        );
        Assert.Equal(
            [
                "Not run yet: “own”.",
                "Fewer than 3 seeds yet: “low” (1 seed), “middle” (0 seeds), “F2Net” (1 seed).",
                "Failed: “middle”, seed 1: The loss became NaN at step 7.",
            ],
            sentences.TakeLast(3)
        );
    }

    [Fact]
    public void Rows_that_a_preset_does_not_tell_apart_are_named()
    {
        var twin = Low with { Name = "twin", Title = "twin" };
        var study = Study with { Rows = [Low, twin, StudyRow.Full] };
        var sentences = StudyReading.Of(MadeUpResults.Table(study, (Low, 1, 0.4), (StudyRow.Full, 1, 0.5)));
        Assert.Contains("One and the same at this preset's size: “low” and “twin”.", sentences);
    }

    [Fact]
    public void An_empty_table_says_only_what_is_missing() =>
        Assert.Equal(["Not run yet: “low”, “middle”, “own”, “F2Net”."], StudyReading.Of(MadeUpResults.Table(Study)));

    // Three seeds about each difference, a deviation of 0.1 points: half an interval is 0.248 points.
    private static IReadOnlyList<string> Of(double low, double middle, double own) =>
        StudyReading.Of(
            MadeUpResults.Table(
                Study,
                [
                    .. new[] { (Low, low), (Middle, middle), (Own, own) }.SelectMany(r =>
                        new[] { -0.001, 0, 0.001 }.Select((spread, i) => (r.Item1, i + 1, 0.5 + r.Item2 + spread))
                    ),
                    .. new[] { 1, 2, 3 }.Select(seed => (StudyRow.Full, seed, 0.5)),
                ]
            )
        );
}
