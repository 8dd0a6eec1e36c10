using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using F2Net.Notebook.Charts;

namespace F2Net.Tests.Notebook.Charts;

public class FigureTests
{
    private static readonly Series Falling = new("loss </script>", [1, 2, 3, 4], [3, 2, double.NaN, 0.5]);

    public static TheoryData<string> Kinds => [.. Figures.Keys];

    private static Dictionary<string, Figure> Figures =>
        new()
        {
            ["lines"] = Chart.Lines("t <i>", "x", "y", [Falling]),
            ["log axes"] = Chart.Lines("t", "x", "y", [Falling], logX: true, logY: true),
            ["scatter"] = Chart.Scatter("t", "x", "y", [Falling], logX: true, classes: TestPictures.Classes),
            ["bars"] = Chart.Bars("t", "y", ["a", "b"], [new("g", [1, 2], [0.1, 0.2]), new("h", [2, double.NaN])]),
            ["log bars"] = Chart.Bars("t", "y", ["a", "b"], [new("g", [1, 2000], [2, 3])], logY: true),
            ["histogram"] = Chart.Histogram("t", "x", "y", [("s", [1, 2, 3]), ("u", [2, 2])]),
            ["log histogram"] = new("t", "x", [new("n", [new Histogram([("s", [1, 1, 1, 9])])], LogY: true)]),
            ["rounding noise"] = Chart.Lines("t", "x", "y", [new("s", [0.3, 0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2, 0.3])]),
            ["heatmap"] = Chart.Heatmap(
                "t",
                "x",
                "y",
                "unit",
                new double[,]
                {
                    { 1, double.NaN },
                    { 3, 4 },
                }
            ),
            ["flat heatmap"] = Chart.Heatmap("t", "x", "y", "unit", new double[5, 90], diverging: true),
            ["panels"] = new(
                "t",
                "x",
                [new("a", [new Lines([Falling])]), new("b", [new Points([Falling]), new Lines([Falling])], LogY: true)]
            ),
            ["maps over lines"] = new("t", "x", [new("a", [new Heatmap(new double[3, 4], "u")]), new("b", [new Lines([Falling])])]),
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Comes_in_four_forms_that_each_hold_together(string kind)
    {
        var figure = Figures[kind];
        var bundle = Bundle.Of(figure);
        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/html", "text/plain"], bundle.Keys.Order());

        var json = JsonNode.Parse(bundle["application/vnd.plotly.v1+json"])!.AsObject();
        Assert.Equal(["data", "layout", "config"], json.Select(p => p.Key));
        Assert.NotEmpty(json["data"]!.AsArray());

        var svg = XElement.Parse(bundle["image/svg+xml"]);
        Assert.DoesNotContain("NaN", bundle["image/svg+xml"]);
        Assert.DoesNotContain("Infinity", bundle["image/svg+xml"]);
        Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value == figure.Title);

        var (mime, file) = TestPictures.Embedded(bundle["text/html"]).Single();
        Assert.Equal("image/svg+xml", mime);
        Assert.Equal(bundle["image/svg+xml"], Encoding.UTF8.GetString(file));
    }

    [Fact]
    public void Slanted_names_of_a_panel_do_not_reach_into_the_next()
    {
        Assert.Equal(28 + 28, Gap("a", 2), 0.5);
        // 16 characters of 7.2, rising 0.6 of their length.
        Assert.Equal(28 + 24 + 0.6 * 7.2 * 16, Gap("a name this long", 12), 0.5);

        static double Gap(string name, int count)
        {
            var estimates = new Estimates([.. Enumerable.Range(0, count).Select(_ => new Estimate(name, [1, 2], null, null))]);
            var layout = JsonNode.Parse(new Figure("t", "", [new("a", [estimates]), new("b", [estimates])]).ToPlotlyJson())!["layout"]!;
            var plots = (double)layout["height"]! - (double)layout["margin"]!["t"]! - (double)layout["margin"]!["b"]!;
            return plots * ((double)layout["yaxis"]!["domain"]![0]! - (double)layout["yaxis2"]!["domain"]![1]!);
        }
    }

    [Fact]
    public void Its_script_is_not_ended_by_its_text() =>
        Assert.Equal(1, Occurrences("</script>", Shown(Figures["lines"]).Split("<div")[^1]));

    [Fact]
    public void Plotly_js_comes_once_and_later_figures_wait_for_it()
    {
        var load = Bundle.Of(Plotly.Load())["text/html"];
        Assert.Equal(Plotly.Version is not null, load.Contains("DecompressionStream"));
        Assert.DoesNotContain("DecompressionStream", Shown(Figures["lines"]));
        Assert.Contains("window.Plotly", Shown(Figures["lines"]));
    }

    [Fact]
    public void Only_the_first_view_that_asks_carries_plotly_js_however_often_it_is_shown()
    {
        var carrier = new FirstView();
        var (first, second) = (new object(), new object());
        Assert.True(carrier.Is(first));
        Assert.False(carrier.Is(second));
        Assert.True(carrier.Is(first));
    }

    [Fact]
    public void Traces_of_lower_panels_have_axes_and_a_legend_of_their_own()
    {
        var json = JsonNode.Parse(Figures["panels"].ToPlotlyJson())!;
        Assert.Null(json["data"]![0]!["yaxis"]);
        Assert.Equal(["y2", "y2"], json["data"]!.AsArray().Skip(1).Select(t => (string)t!["yaxis"]!));
        Assert.Equal("legend2", (string)json["data"]![1]!["legend"]!);
        Assert.Equal("x", (string)json["layout"]!["xaxis2"]!["matches"]!);
        Assert.Equal(("linear", "log"), ((string)json["layout"]!["yaxis"]!["type"]!, (string)json["layout"]!["yaxis2"]!["type"]!));
        var (upper, lower) = (json["layout"]!["yaxis"]!["domain"]!, json["layout"]!["yaxis2"]!["domain"]!);
        Assert.True((double)lower[0]! >= 0 && (double)lower[1]! < (double)upper[0]!);
        Assert.Equal(1, (double)upper[1]!, 9);
    }

    [Fact]
    public void What_is_no_number_is_null_for_plotly_js() =>
        Assert.Null(JsonNode.Parse(Figures["lines"].ToPlotlyJson())!["data"]![0]!["y"]![2]);

    [Theory]
    [InlineData(new[] { 1 / 3.0 }, "[0.333333]")]
    [InlineData(new[] { 58.123456, 59.876543 }, "[58.1235,59.8765]")]
    [InlineData(new[] { 10_000_000.0, 10_000_001, 10_000_002 }, "[10000000,10000001,10000002]")]
    [InlineData(new[] { 0.3, 0.1 + 0.2 }, "[0.3,0.3]")]
    [InlineData(new[] { 1e-5, -0.0, double.NaN }, "[1e-05,0,null]")]
    public void Numbers_are_written_with_the_digits_a_screen_can_show(double[] values, string json) =>
        Assert.Equal(
            json,
            JsonNode.Parse(Chart.Lines("t", "x", "y", [new("s", values, values)]).ToPlotlyJson())!["data"]![0]!["y"]!.ToJsonString()
        );

    [Theory]
    [InlineData("a name that is far too long for a legend of one line")]
    [InlineData("short")]
    public void A_legends_lines_end_inside_the_picture(string name)
    {
        var svg = XElement.Parse(Chart.Lines("t", "x", "y", [new(name, [0, 1], [0, 1])]).ToSvg());
        var lines = svg.Descendants().Where(e => e.Name.LocalName == "text" && name.Contains(e.Value) && e.Value.Length > 2).ToList();
        Assert.Equal(name, string.Join(" ", lines.Select(l => l.Value)));
        Assert.All(lines, l => Assert.True((double)l.Attribute("x")! + 7.2 * l.Value.Length <= 900));
    }

    private static string Shown(Figure figure) => Bundle.Of(figure)["text/html"];

    private static int Occurrences(string of, string text) => text.Split(of).Length - 1;
}
