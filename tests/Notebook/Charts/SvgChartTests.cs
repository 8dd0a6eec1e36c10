using System.Globalization;
using System.Xml.Linq;
using F2Net.Notebook.Charts;

namespace F2Net.Tests.Notebook.Charts;

public class SvgChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(false, 57)]
    [InlineData(true, 57)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public void Keeps_every_point_inside_the_picture(bool log, int points)
    {
        var x = Enumerable.Range(0, points).Select(i => i * 3.7).ToArray();
        var y = x.Select(v => 0.004 * Math.Exp(v / 20)).ToArray();
        AssertInside(new("Loss", "iteration", [Of("loss (nats)", log, new Series("total", x, y))]));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.004, 0.004)]
    [InlineData(0.4, 90)]
    public void Keeps_every_point_inside_a_picture_whose_x_is_logarithmic(params double[] x) =>
        AssertInside(new("Speed", "frames a second", [Of("mIoU (%)", false, new Series("full", x, x))], LogX: true));

    [Fact]
    public void A_logarithmic_axis_makes_equal_ratios_equal_distances()
    {
        var heights = Heights(Draw(Of("norm", true, new Series("short", [0, 1, 2], [0.02, 0.2, 2]))));
        Assert.Equal(heights[0] - heights[1], heights[1] - heights[2], tolerance: 0.11);
    }

    [Fact]
    public void Breaks_the_line_where_a_value_cannot_be_shown()
    {
        var line = Lines(Draw(Of("norm", true, new Series("short", [0, 1, 2, 3, 4], [1, 2, 0, 3, 4])))).Single();
        Assert.Equal(2, line.Count(c => c == 'M'));
        line = Lines(Draw(Of("norm", false, new Series("short", [0, 1, 2, 3, 4], [1, 2, double.NaN, 3, 4])))).Single();
        Assert.Equal(2, line.Count(c => c == 'M'));
    }

    [Fact]
    public void Shows_a_point_that_has_no_neighbour() =>
        Assert.Single(
            Draw(Of("mIoU", false, new Series("val", [10], [0.5]))).Descendants(Svg + "path"),
            p => p.Attribute("d")!.Value.EndsWith("h0")
        );

    [Fact]
    public void Gives_one_name_one_colour_in_all_panels_and_other_names_other_looks()
    {
        var names = Enumerable.Range(0, 16).Select(i => $"class {i}").ToArray();
        Series[] series = [.. names.Select(n => new Series(n, [0, 1], [0, 1]))];
        var looks = Looks(Draw(Of("IoU", false, series), Of("IoU", false, [.. series.Reverse()])));
        Assert.Equal(16, looks.Distinct().Count());
        Assert.Equal(looks[..16], looks[16..].AsEnumerable().Reverse());
    }

    [Fact]
    public void Writes_titles_labels_and_legend_as_text_whatever_their_characters()
    {
        var texts = Draw(Of("‖∇‖ < 1", false, new Series("a & b", [0, 1], [0, 1]))).Descendants(Svg + "text").Select(t => t.Value).ToList();
        Assert.Contains("Loss & \"norm\"", texts);
        Assert.Contains("iteration", texts);
        Assert.Contains("‖∇‖ < 1", texts);
        Assert.Contains("a & b", texts);
    }

    [Fact]
    public void Labels_round_numbers()
    {
        var texts = Draw(Of("y", false, new Series("s", [0, 1], [0.07, 0.31]))).Descendants(Svg + "text").Select(t => t.Value).ToList();
        Assert.Superset(new HashSet<string> { "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.35" }, texts.ToHashSet());
    }

    [Fact]
    public void Labels_of_large_numbers_close_together_differ()
    {
        var texts = Draw(Of("y", false, new Series("s", [0, 1], [10_000_001, 10_000_003]))).Descendants(Svg + "text").Select(t => t.Value);
        Assert.Superset(new HashSet<string> { "1.0000001e7", "1.0000002e7", "1.0000003e7" }, texts.ToHashSet());
    }

    [Fact]
    public void Values_on_a_logarithmic_x_axis_are_its_ticks_where_they_leave_room()
    {
        Assert.Superset(new HashSet<string> { "0.25", "0.5", "1" }, Texts(1, 0.25, 0.5));
        Assert.DoesNotContain("0.25", Texts(1, 0.25, 0.26, 0.5));
    }

    [Fact]
    public void A_part_of_a_decade_has_ticks_on_a_logarithmic_x_axis_and_two_decades_have_more_than_two()
    {
        Assert.Superset(new HashSet<string> { "0.6", "0.7", "0.8", "0.9" }, Texts(0.54, 0.81, 0.82, 0.93));
        Assert.Superset(
            new HashSet<string> { "0.005", "0.01", "0.02", "0.05", "0.1", "0.2" },
            Texts([.. Enumerable.Range(1, 100).Select(i => 0.004 * i)])
        );
    }

    [Fact]
    public void Refuses_a_figure_with_nothing_in_it() =>
        Assert.Equal(
            "Figure 'Loss & \"norm\"' has nothing to draw. (Parameter 'figure')",
            Assert.Throws<ArgumentException>(() => Draw(Of("y", false))).Message
        );

    [Fact]
    public void Refuses_a_series_of_unequal_lengths() =>
        Assert.Equal(
            "Series 's' has 2 x values but 1 y values. (Parameter 'y')",
            Assert.Throws<ArgumentException>(() => new Series("s", [0, 1], [0])).Message
        );

    [Fact]
    public void Smoothing_keeps_a_straight_line_and_the_ends()
    {
        double[] line = [1, 3, 5, 7, 9, 11];
        Assert.Equal(line, new Series("s", line, line).Smoothed(5).Y);
        Assert.Equal([0, 1, 1, 0, 0], new Series("s", [0, 1, 2, 3, 4], [0, 3, 0, 0, 0]).Smoothed(3).Y);
    }

    [Fact]
    public void Gives_a_name_of_a_later_panel_a_free_colour_before_a_dash()
    {
        Series[] first = [.. Enumerable.Range(0, 7).Select(i => new Series($"loss {i}", [0, 1], [0, 1]))];
        var look = Looks(Draw(Of("loss", false, first), Of("rate", false, new Series("rate", [0, 1], [0, 1]))))[^1];
        Assert.Equal("#0072B2none", look);
    }

    [Fact]
    public void A_class_takes_its_own_colour_and_a_pale_one_a_dark_edge()
    {
        Series[] series = [new("ice", [0, 1], [0, 1]), new("mean", [0, 1], [1, 0])];
        var svg = XElement.Parse(Chart.Lines("IoU", "step", "IoU", series, classes: TestPictures.Classes).ToSvg());
        Assert.Equal(["#FFFFFFnone", "#0072B2none"], Looks(svg));
        Assert.Contains(svg.Descendants(Svg + "path"), p => p.Attribute("stroke")?.Value == "#777");
    }

    // Of a figure with these values on a logarithmic x axis.
    private static HashSet<string> Texts(params double[] x)
    {
        Panel panel = new("mIoU (%)", [new Lines([new("high", x, [.. x.Select(v => 40 + v)])])]);
        return [.. XElement.Parse(new Figure("t", "scale", [panel], LogX: true).ToSvg()).Descendants(Svg + "text").Select(t => t.Value)];
    }

    private static void AssertInside(Figure figure)
    {
        var svg = XElement.Parse(figure.ToSvg());
        var height = double.Parse(svg.Attribute("height")!.Value, CultureInfo.InvariantCulture);
        var numbers = Lines(svg)
            .Single()
            .Replace("h0", "", StringComparison.Ordinal)
            .Split('M', 'L', ' ')
            .Skip(1)
            .Select(n => double.Parse(n, CultureInfo.InvariantCulture))
            .ToList();
        Assert.All(numbers.Where((_, i) => i % 2 == 0), x => Assert.InRange(x, 84, 900));
        Assert.All(numbers.Where((_, i) => i % 2 == 1), y => Assert.InRange(y, 48, height));
    }

    private static Panel Of(string label, bool log, params Series[] series) => new(label, [new Lines(series)], log);

    private static XElement Draw(params Panel[] panels) => XElement.Parse(new Figure("Loss & \"norm\"", "iteration", panels).ToSvg());

    private static IEnumerable<string> Lines(XElement svg) =>
        svg.Descendants(Svg + "path").Where(p => p.Attribute("stroke-width")?.Value == "1.6").Select(p => p.Attribute("d")!.Value);

    private static List<string> Looks(XElement svg) =>
        [
            .. svg.Descendants(Svg + "path")
                .Where(p => p.Attribute("stroke-width")?.Value == "1.6")
                .Select(p => p.Attribute("stroke")!.Value + p.Attribute("stroke-dasharray")!.Value),
        ];

    private static double[] Heights(XElement svg) =>
        [.. Lines(svg).Single().Split('M', 'L').Skip(1).Select(p => double.Parse(p.Split(' ')[1], CultureInfo.InvariantCulture))];
}
