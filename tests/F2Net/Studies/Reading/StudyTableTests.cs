using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Tables;

namespace F2Net.Tests.Studies.Reading;

public class StudyTableTests
{
    private static readonly StudyRow Plain = new("plain", "plain", new(78.22)) { Recipe = r => r with { Power = 1 } };
    private static readonly Study Pair = new("pair", "A pair", "Does the pair work?", [Plain, StudyRow.Full]);

    [Fact]
    public void Mean_deviation_and_interval_are_those_of_a_hand_s_calculation()
    {
        // 1, 2, 6: mean 3, squares 4 + 1 + 9 = 14, over 2 = 7; t of two degrees of freedom 4.3027.
        var summary = Summary.Of([1, 2, 6])!;
        Assert.Equal((3, 3.0), (summary.Count, summary.Mean));
        Assert.Equal(Math.Sqrt(7), summary.Deviation!.Value, 1e-12);
        Assert.Equal(4.3027 * Math.Sqrt(7) / Math.Sqrt(3), summary.HalfInterval!.Value, 1e-9);
        Assert.Equal((null, null), (Summary.Of([5])!.Deviation, Summary.Of([5])!.HalfInterval));
        Assert.Null(Summary.Of([]));
    }

    [Fact]
    public void Intervals_of_many_figures_use_the_expanded_quantile()
    {
        double[] figures = [.. Enumerable.Range(0, 31).Select(i => (double)(i % 2))];
        var summary = Summary.Of(figures)!;
        // t of 30 degrees of freedom is 2.0423.
        Assert.Equal(2.0423 * summary.Deviation!.Value / Math.Sqrt(31), summary.HalfInterval!.Value, 1e-4);
    }

    [Fact]
    public void Differences_are_paired_over_the_seeds_that_both_have()
    {
        var row = Table([
            (Plain, 1, 0.50),
            (Plain, 2, 0.40),
            (Plain, 4, 0.9),
            (StudyRow.Full, 1, 0.54),
            (StudyRow.Full, 2, 0.42),
            (StudyRow.Full, 3, 0.1),
        ]).Rows[0];
        // −0.04 and −0.02.
        Assert.Equal(2, row.Difference!.Count);
        Assert.Equal(-0.03, row.Difference.Mean, 1e-12);
        Assert.Equal(0.01 * Math.Sqrt(2), row.Difference.Deviation!.Value, 1e-12);
        Assert.Equal(-0.02, row.PaperDifference!.Value, 1e-12);
        Assert.Equal(0.6, row.Test!.Mean, 1e-12);
        Assert.Equal(Agreement.Open, row.Agreement); // 12.7 · 0.01 is more than 0.03
    }

    [Fact]
    public void A_row_compared_within_a_training_has_its_difference_without_the_full_network_s_result()
    {
        StudyRow patches = new("patches", "in patches") { Inference = new Patches(48), ComparedWith = new WholeImage() };
        var study = Pair with { Rows = [patches, StudyRow.Full] };
        var row = Assert.Single(MadeUpResults.Table(study, (patches, 1, 0.5)).Rows, r => r.Row.Name == "patches");
        Assert.Equal(0, row.Difference!.Mean);
    }

    [Theory]
    [InlineData(-0.04, Agreement.Yes)]
    [InlineData(0.04, Agreement.No)]
    public void A_clear_difference_agrees_with_the_paper_s_or_does_not(double difference, Agreement expected)
    {
        var rows = Table([
            .. new[] { 1, 2, 3 }.SelectMany(s => new[] { (Plain, s, 0.5 + difference + 0.001 * s), (StudyRow.Full, s, 0.5) }),
        ]).Rows;
        Assert.Equal(expected, rows[0].Agreement);
        Assert.Null(rows[1].Agreement);
        Assert.Null(rows[1].Difference);
    }

    [Fact]
    public void The_files_say_what_the_table_holds()
    {
        var table = Table([(Plain, 1, 0.50), (Plain, 2, 0.40), (StudyRow.Full, 1, 0.54), (StudyRow.Full, 2, 0.42)]);
        var lines = StudyReport.Csv(table).Split('\n');
        Assert.StartsWith("row,title,seeds,failed,test mIoU,test mIoU sd,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("plain,plain,2,0,0.45,0.070711,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",0.7822,-0.02,open,1:0.5 2:0.4", lines[1], StringComparison.Ordinal);
        var markdown = StudyTableView.Of(table).ToMarkdown();
        Assert.Contains("| 2 of 3 |", markdown, StringComparison.Ordinal);
        Assert.Contains("| plain | 78.22 | 45.00 ± 7.07 |", markdown, StringComparison.Ordinal);
        Assert.Contains("−3.00 | −15.71 to +9.71 |          −1.00 |", markdown, StringComparison.Ordinal);
        Assert.Contains("mean, 95 % interval", StudyChart.Of(table).ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_with_a_comma_or_a_quotation_mark_is_one_cell()
    {
        var quoted = Plain with { Title = "a \"b\", c" };
        var table = MadeUpResults.Table(Pair with { Rows = [quoted, StudyRow.Full] }, (quoted, 1, 0.5));
        Assert.StartsWith("plain,\"a \"\"b\"\", c\",1,0,0.5,", StudyReport.Csv(table).Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_two_rows_share_counts_its_hours_once()
    {
        var study = Pair with { Rows = [Plain, Plain with { Name = "twin" }, StudyRow.Full] };
        var result = MadeUpResults.Of(study, Plain, 1, 0.5) with { TrainingSeconds = 3600, EvaluationSeconds = 0 };
        var table = StudyTable.Of(study, StudyPreset.Nano, 3, "Test", new([result]));
        Assert.EndsWith("; 1.0 hours in all.", table.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_count_a_training_once_and_each_way_of_applying_it_once()
    {
        var patches = MainStudy.Study.Rows.Where(row => row.ComparedWith is not null).ToList();
        var results = patches
            .Select(row => MadeUpResults.Of(MainStudy.Study, row, 1, 0.5) with { TrainingSeconds = 3600, EvaluationSeconds = 1800 })
            .Select(r => r with { ComparedWith = r.ComparedWith! with { Seconds = 7200 } })
            .ToList();
        Assert.Equal(2, results.Count);
        var table = StudyTable.Of(MainStudy.Study, StudyPreset.Nano, 3, "Test", new(results));
        Assert.EndsWith("; 4.0 hours in all.", table.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_without_results_has_its_rows_all_the_same()
    {
        var table = Table([]);
        Assert.All(table.Rows, r => Assert.Null(r.Test));
        var markdown = StudyTableView.Of(table).ToMarkdown();
        Assert.Contains("Nothing has been run yet.", markdown, StringComparison.Ordinal);
        Assert.Contains("| not yet run |", markdown, StringComparison.Ordinal);
    }

    private static StudyTable Table((StudyRow Row, int Seed, double MeanIoU)[] figures) => MadeUpResults.Table(Pair, figures);
}
