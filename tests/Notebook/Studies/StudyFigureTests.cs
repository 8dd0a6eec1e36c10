using System.Text.Json.Nodes;
using System.Xml.Linq;
using F2Net.Benchmarks;
using F2Net.Notebook.Charts;
using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Tables;
using F2Net.Tests.Studies;

namespace F2Net.Tests.Notebook.Studies;

public class StudyFigureTests
{
    private static readonly Study Losses = Catalogue.Find("losses");

    private static readonly StudyTable Table = MadeUpResults.Table(
        Losses,
        [
            .. new[] { ("ce", 0.3), ("cfal-0.01", 0.4), ("cfal-1", 0.6), ("cfbl-1", 0.5), ("full", 0.5) }.SelectMany(r =>
                Seeds(r.Item1, r.Item2)
            ),
        ]
    );

    [Fact]
    public void A_sweep_s_line_goes_through_its_rows_and_the_full_network()
    {
        var figure = StudySweep.Draw(Table, "λ", new("CFAL", r => r.Recipe.AlignmentWeight), new("CFBL", r => r.Recipe.BalanceWeight));
        var traces = Traces(figure);
        Assert.Equal(["CFAL", "CFBL", "CFAL", "CFBL"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([null, null, false, false], traces.Select(t => (bool?)t["showlegend"]));
        Assert.Equal(2, traces[2]["y"]!.AsArray().Count(y => Math.Abs((double)y! - 40) < 1.1));
        Assert.True(figure.LogX);
        Assert.Equal([0.01, 0.1, 1], Numbers(traces[0], "x"));
        Assert.Equal([40, 50, 60], Numbers(traces[0], "y"));
        Assert.Equal([0.1, 1], Numbers(traces[1], "x"));
    }

    [Fact]
    public void A_sweep_lays_the_paper_s_differences_at_our_full_network()
    {
        var study = Catalogue.Find("resolution");
        var table = MadeUpResults.Table(study, [.. new[] { ("high-half", 0.3), ("full", 0.5) }.SelectMany(r => Seeds(r.Item1, r.Item2))]);
        var traces = Traces(StudySweep.Draw(table, "scale", new("high", r => r.Network.HighScale), new("low", r => r.Network.ShortScale)));
        Assert.Equal(["high", "high, the paper's", "high"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([44.9, 50], Numbers(traces[1], "y").Select(y => Math.Round(y, 3)));
    }

    [Fact]
    public void Settling_goes_through_every_length_of_training_on_val_and_test()
    {
        var settling = Catalogue.Find("settling");
        var table = MadeUpResults.Table(
            settling,
            [.. new[] { ("steps-140", 0.3), ("full", 0.5), ("steps-2240", 0.6) }.SelectMany(r => Seeds(r.Item1, r.Item2))]
        );
        var traces = Traces(StudyLengths.Settling(table));
        Assert.Equal(["val", "test", "val", "test"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([140, 840, 2240], Numbers(traces[0], "x"));
        Assert.Equal([30, 50, 60], Numbers(traces[0], "y"));
    }

    [Fact]
    public void Differences_have_a_panel_for_each_number_of_steps_and_the_full_network_at_0()
    {
        var decomposition = Catalogue.Find("decomposition");
        StudyResult[] results =
        [
            .. new[] { ("raw", 0.6), ("full", 0.5), ("raw-2240", 0.5), ("steps-2240", 0.7) }.SelectMany(r =>
                Seeds(r.Item1, r.Item2).Select(s => MadeUpResults.Of(decomposition, s.Item1, s.Item2, s.Item3))
            ),
        ];
        var tables = new StudyShelf(StudyPreset.Nano, "Test", 3, new(results)).Tables(decomposition);
        var raw = StudyLengths.Compared(tables).ToMarkdown().Split('\n').Single(line => line.Contains(" raw |", StringComparison.Ordinal));
        Assert.Equal(
            ["raw", "−6.02", "+10.00", "2", "+10.00 to +10.00", "no", "−20.00", "2", "−20.00 to −20.00", "yes"],
            raw.Split('|').Select(cell => cell.Trim()).Skip(2).SkipLast(1)
        );
        var figure = StudyLengths.Differences(tables);
        Assert.Equal(["points, 840 steps", "points, 2,240 steps"], figure.Panels.Select(p => p.YLabel));
        var ticks = Texts(figure).CountBy(text => text).Where(text => text.Value == 2).Select(text => text.Key).ToList();
        Assert.Superset(new HashSet<string> { "−20", "−10", "0", "10" }, ticks.ToHashSet()); // one range, so that the panels compare
        var rows = figure.Panels.Select(p => ((Estimates)p.Marks.Single()).Categories).ToList();
        Assert.Equal(rows[0].Select(r => r.Category), rows[1].Select(r => r.Category));
        Assert.Equal(
            [("raw", 10, -6.02), ("raw", -20, -6.02)],
            rows.Select(r => r.Single(e => e.Category == "raw"))
                .Select(raw => (raw.Category, Math.Round(raw.Values.Average()), Math.Round(raw.Expected!.Value, 2)))
        );
        Assert.All(rows, r => Assert.Equal(("full", 0), (r[^1].Category, r[^1].Values.Average())));
    }

    [Fact]
    public void A_length_at_which_every_run_failed_is_left_out()
    {
        var fusion = Catalogue.Find("fusion");
        StudyResult[] results =
        [
            MadeUpResults.Of(fusion, Catalogue.Row("add"), 1, 0.4),
            MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5),
            MadeUpResults.Of(fusion, Catalogue.Row("add-2240"), 1, 0, failure: "The loss became NaN at step 7."),
        ];
        var tables = new StudyShelf(StudyPreset.Nano, "Test", 3, new(results)).Tables(fusion);
        Assert.Equal(2, tables.Count);
        Assert.Single(StudyLengths.Differences(tables).Panels);
        Assert.DoesNotContain("2,240", StudyLengths.Compared(tables).ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_of_many_rows_has_several_panels_and_none_without_results()
    {
        var rows = Enumerable.Range(1, 30).Select(i => StudyRow.Full with { Name = $"r{i}", Recipe = r => r with { Power = i } }).ToList();
        var study = new Study("many", "Many", "Which?", [.. rows, StudyRow.Full]);
        var figure = StudyChart.Of(MadeUpResults.Table(study, [.. rows.Take(20).Select(row => (row, 1, 0.5))]));
        Assert.Equal([12, 12], figure.Panels.Select(p => ((Estimates)p.Marks.Single()).Categories.Count));
    }

    [Fact]
    public void Classes_are_rows_and_variants_columns()
    {
        var trace = Traces(StudyFigures.Classes(Table)).Single();
        Assert.Equal(["sea", "land", "lake"], trace["y"]!.AsArray().Select(n => (string)n!));
        Assert.Equal(["ce", "cfal-0.01", "cfal-1", "cfbl-1", "full"], trace["x"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public void Classes_of_a_row_that_applies_its_weights_in_another_way_are_coloured_against_these()
    {
        var patches = MadeUpResults.Of(MainStudy.Study, MainStudy.InPatchesAlone, 1, 0.4);
        var whole = MadeUpResults.Of(MainStudy.Study, StudyRow.Full, 1, 0.7);
        patches = patches with
        {
            ComparedWith = patches.ComparedWith! with { Test = MadeUpResults.Of(MainStudy.Study, StudyRow.Full, 1, 0.6).Test },
        };
        var figure = StudyFigures.Classes(StudyTable.Of(MainStudy.Study, StudyPreset.Nano, 3, "Test", new([patches, whole])));
        var differences = Traces(figure).Single()["z"]!.AsArray()[0]!.AsArray().Select(n => Math.Round((double)n!, 6));
        Assert.Equal([-20, 0], differences);
        Assert.Contains("of patches to the same weights on whole images", figure.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_the_figure_are_left_out()
    {
        var traces = Traces(StudyFigures.Against(Table, "Gop", row => row.Name == "ce" ? 2 : null));
        Assert.Equal(["ce"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([2, 2], Numbers(traces[0], "x"));
    }

    [Fact]
    public void Curves_are_means_over_seeds_step_by_step()
    {
        var figure = StudyCurves.Alignment(Table, "ce", "full");
        Assert.True(figure.Panels.Single().LogY);
        var traces = Traces(figure);
        Assert.Equal(["ce", "full"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([10, 20], Numbers(traces[0], "x"));
        Assert.Equal([1.5, 3], Numbers(traces[0], "y"));
    }

    [Fact]
    public void Gradient_norms_have_a_panel_a_branch_or_a_panel_a_row()
    {
        Assert.Equal(3, StudyCurves.NormsByBranch(Table).Panels.Count);
        Assert.Equal(2, StudyCurves.NormsByRow(Table, "ce", "full").Panels.Count);
        var branches = MadeUpResults.Table(
            Catalogue.Find("branches"),
            (Catalogue.Row("high-only"), 1, 0.4),
            (Catalogue.Row("short-long"), 1, 0.4)
        );
        Assert.Equal([1, 1, 1], StudyCurves.NormsByBranch(branches).Panels.Select(p => p.Marks.Sum(m => ((Lines)m).Series.Count)));
    }

    [Fact]
    public void Only_rows_that_learn_their_weights_show_them()
    {
        var study = Catalogue.Find("beyond");
        var learned = MadeUpResults.Of(study, Catalogue.Row("learned-weights"), 1, 0.5);
        learned = learned with { Curve = [.. learned.Curve.Select(c => c with { LearnedWeights = new(0.1, c.Step, 1) })] };
        StudyResult[] results = [learned, MadeUpResults.Of(study, StudyRow.Full, 1, 0.5)];
        var traces = Traces(StudyCurves.LearnedWeights(StudyTable.Of(study, StudyPreset.Nano, 3, "Test", new(results))));
        Assert.Equal(["λ of CFAL", "λ of CFBL", "λ of CE"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([10, 20], Numbers(traces[1], "y"));
    }

    [Fact]
    public void Scans_are_a_series_for_each_number_of_directions()
    {
        ScanRow[] rows = [Scan(4, 48, 1, 10e6), Scan(4, null, 0.5, 40e6), Scan(1, null, 0.2, 20e6)];
        var traces = Traces(ScanViews.Figure(rows));
        Assert.Equal(["64 x 64, 4 directions", "64 x 64, 1 direction"], traces.Select(t => (string)t["name"]!));
        Assert.Equal([2000, 1000], Numbers(traces[0], "x"));
        Assert.Equal([10, 40], Numbers(traces[0], "y"));
        Assert.Contains("|               48 |", ScanViews.Table(rows).ToMarkdown(), StringComparison.Ordinal);
    }

    private static ScanRow Scan(int directions, int? segment, double seconds, double peak) =>
        new()
        {
            Preset = "nano",
            Height = 64,
            Width = 64,
            Tokens = 256,
            Channels = 16,
            StateSize = 16,
            Directions = directions,
            Segment = segment,
            Forward = new(1, 1, seconds, seconds, seconds),
            Backward = new(1, 1, seconds, seconds, seconds),
            PeakMemory = (long)peak,
            Device = "cpu",
            Threads = 1,
            Seed = 1,
            Commit = "abc",
        };

    [Fact]
    public void Tables_without_results_draw_nothing()
    {
        StudyTable[] empty = [MadeUpResults.Table(Losses)];
        Func<StudyTable, Figure>[] all =
        [
            StudyChart.Of,
            StudyFigures.Classes,
            t => StudyFigures.Against(t, "Gop", _ => 1),
            t => StudySweep.Draw(t, "λ", new StudySweep("CFAL", r => r.Recipe.AlignmentWeight)),
            t => StudyCurves.Alignment(t),
            StudyCurves.LearnedWeights,
            t => StudyCurves.NormsByBranch(t),
            t => StudyCurves.NormsByRow(t),
            StudyLengths.Settling,
            t => StudyLengths.Differences(t),
        ];
        Assert.All(all, draw => Assert.Empty(empty.Drawn(draw)));
    }

    private static IEnumerable<(StudyRow, int, double)> Seeds(string row, double mean) =>
        [(Catalogue.Row(row), 1, mean - 0.01), (Catalogue.Row(row), 2, mean + 0.01)];

    private static IEnumerable<string> Texts(Figure figure) =>
        XElement.Parse(figure.ToSvg()).Descendants("{http://www.w3.org/2000/svg}text").Select(text => text.Value);

    private static JsonNode[] Traces(Figure figure) => [.. JsonNode.Parse(figure.ToPlotlyJson())!["data"]!.AsArray().Select(t => t!)];

    private static double[] Numbers(JsonNode trace, string axis) => [.. trace[axis]!.AsArray().Select(n => (double)n!)];
}
