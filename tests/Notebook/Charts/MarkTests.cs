using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using F2Net.Notebook.Charts;

namespace F2Net.Tests.Notebook.Charts;

/// <summary>Bars, histograms and heatmaps, both as the static picture and as plotly.js's traces.</summary>
public class MarkTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_bars_height_is_its_value_and_its_foot_is_zero()
    {
        var bars = Boxes(Chart.Bars("t", "points", ["a", "b", "c"], [new("x", [2, -1, 4])]));
        Assert.Equal(3, bars.Count);
        Assert.Equal(2, bars[0].Height / bars[1].Height, 0.02);
        Assert.Equal(4, bars[2].Height / bars[1].Height, 0.02);
        Assert.Equal(bars[0].Y + bars[0].Height, bars[1].Y, 0.11);
    }

    [Fact]
    public void Groups_stand_beside_each_other_and_a_NaN_leaves_its_place_empty()
    {
        var bars = Boxes(Chart.Bars("t", "IoU (%)", ["a", "b"], [new("paper", [70, 60]), new("ours", [71, double.NaN])]))
            .Where(b => b.Width > 20)
            .OrderBy(b => b.X)
            .ToList();
        Assert.Equal(["#0072B2", "#D55E00", "#0072B2"], bars.Select(b => b.Fill));
        Assert.True(bars[0].X + bars[0].Width <= bars[1].X);
    }

    [Fact]
    public void Error_lines_reach_as_far_as_the_error()
    {
        var figure = Chart.Bars("t", "IoU", ["a"], [new("ours", [50], [10])]);
        var line = XElement.Parse(figure.ToSvg()).Descendants(Svg + "path").Single(p => p.Attribute("stroke-width")?.Value == "1.2");
        var ends = line.Attribute("d")!
            .Value.Split('M', 'V', ' ')[2..4]
            .Select(n => double.Parse(n, CultureInfo.InvariantCulture))
            .ToArray();
        var bar = Boxes(figure).Single();
        Assert.Equal(bar.Height / 50 * 20, ends[0] - ends[1], 0.3);
        Assert.Equal([10], Trace(figure)["error_y"]!["array"]!.AsArray().Select(n => (int)n!));
    }

    [Fact]
    public void One_group_over_classes_takes_the_classes_colours()
    {
        var figure = Chart.Bars("t", "share", ["sea", "ice", "other"], [new("share", [1, 2, 3])], classes: TestPictures.Classes);
        string[] colours = ["#143CA0", "#FFFFFF", "#0072B2"];
        Assert.Equal(colours, Boxes(figure).Select(b => b.Fill));
        Assert.Equal(colours, Trace(figure)["marker"]!["color"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public void Labels_without_room_beside_each_other_stand_aslant_inside_the_picture()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"agriculture and heath {i}")];
        var svg = XElement.Parse(Chart.Bars("t", "IoU", names, [new("x", [.. names.Select(_ => 1.0)])]).ToSvg());
        var labels = svg.Descendants(Svg + "text").Where(t => t.Value.StartsWith("agri")).ToList();
        Assert.Equal(20, labels.Count);
        Assert.All(labels, t => Assert.StartsWith("rotate(-35", t.Attribute("transform")!.Value));
        Assert.All(labels, t => Assert.True(Number(t, "x") - 0.82 * 7.2 * t.Value.Length >= 0));
        Assert.EndsWith("…", labels[0].Value);
        Assert.Equal(names[1..], labels.Skip(1).Select(t => t.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_histogram_counts_every_finite_value_once(bool share)
    {
        double[] values = [0, 0.1, 0.5, 0.5, 1, double.NaN, double.PositiveInfinity];
        var heights = Trace(Chart.Histogram("t", "x", "n", [("s", values)], bins: 7, share: share))["y"]!.AsArray();
        Assert.Equal(7, heights.Count);
        Assert.Equal(share ? 1 : 5, heights.Sum(n => (double)n!), 5);
    }

    [Fact]
    public void All_samples_of_a_histogram_share_their_bins()
    {
        var json = JsonNode.Parse(Chart.Histogram("t", "x", "n", [("a", [0, 1]), ("b", [9, 10])], bins: 10).ToPlotlyJson())!;
        Assert.Equal(json["data"]![0]!["x"]!.ToJsonString(), json["data"]![1]!["x"]!.ToJsonString());
        Assert.Equal("overlay", (string)json["layout"]!["barmode"]!);
    }

    [Fact]
    public void A_histogram_of_one_value_alone_still_has_bins() =>
        Assert.Equal(3, Trace(Chart.Histogram("t", "x", "n", [("s", [4, 4, 4])]))["y"]!.AsArray().Sum(n => (double)n!));

    [Fact]
    public void A_heatmap_draws_row_0_at_the_top_from_the_maps_first_colour_to_its_last()
    {
        var figure = Chart.Heatmap(
            "t",
            "x",
            "y",
            "unit",
            new double[,]
            {
                { 0, 1 },
                { 1, 2 },
            }
        );
        var image = XElement.Parse(figure.ToSvg()).Descendants(Svg + "image").First();
        var cells = TestPictures.Decoded(Convert.FromBase64String(image.Attribute("href")!.Value.Split(',')[1]));
        var map = ColourMap.Sequential.Colours;
        Assert.Equal(map[0], TestPictures.At(cells, 0, 0));
        Assert.Equal(map[128], TestPictures.At(cells, cells.Width - 1, 0));
        Assert.Equal(map[255], TestPictures.At(cells, cells.Width - 1, cells.Height - 1));
        Assert.Equal("reversed", (string)JsonNode.Parse(figure.ToPlotlyJson())!["layout"]!["yaxis"]!["autorange"]!);
    }

    [Fact]
    public void A_heatmap_s_rows_and_columns_have_their_names()
    {
        var figure = Chart.Heatmap("t", "x", "y", "unit", new double[2, 3], rows: ["sea", "land"], columns: ["a", "b", "c"]);
        var texts = XElement.Parse(figure.ToSvg()).Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.Superset(new HashSet<string> { "sea", "land", "a", "b", "c" }, texts.ToHashSet());
        var layout = JsonNode.Parse(figure.ToPlotlyJson())!["layout"]!;
        Assert.Equal("[0,1]", layout["yaxis"]!["tickvals"]!.ToJsonString());
        Assert.Equal("[\"a\",\"b\",\"c\"]", layout["xaxis"]!["ticktext"]!.ToJsonString());
    }

    [Fact]
    public void Refuses_a_heatmap_with_other_names_than_rows() =>
        Assert.Equal(
            "A heatmap of 2 rows has 1 names for them. (Parameter 'rows')",
            Assert.Throws<ArgumentException>(() => Chart.Heatmap("t", "x", "y", "unit", new double[2, 3], rows: ["sea"])).Message
        );

    [Fact]
    public void A_diverging_heatmaps_middle_is_zero()
    {
        var trace = Trace(
            Chart.Heatmap(
                "t",
                "x",
                "y",
                "unit",
                new double[,]
                {
                    { -1, 3 },
                },
                diverging: true
            )
        );
        Assert.Equal((-3, 3), ((int)trace["zmin"]!, (int)trace["zmax"]!));
    }

    [Fact]
    public void A_heatmaps_cells_and_bounds_have_the_digits_that_tell_them_apart()
    {
        var trace = Trace(
            Chart.Heatmap(
                "t",
                "x",
                "y",
                "unit",
                new[,]
                {
                    { 1.0001234, 1.0002345 },
                }
            )
        );
        Assert.Equal("[[1.00012,1.00023]]", trace["z"]!.ToJsonString());
        Assert.Equal(("1.00012", "1.00023"), (trace["zmin"]!.ToJsonString(), trace["zmax"]!.ToJsonString()));
    }

    [Fact]
    public void A_large_heatmap_is_reduced_to_means_that_keep_their_places()
    {
        var values = new double[500, 321];
        for (var y = 0; y < 500; y++)
        for (var x = 0; x < 321; x++)
            values[y, x] = y;
        var trace = Trace(Chart.Heatmap("t", "x", "y", "unit", values));
        var rows = trace["z"]!.AsArray();
        Assert.InRange(rows.Count, 100, 200);
        for (var row = 0; row < rows.Count; row++)
            Assert.Equal((double)trace["y0"]! + row * (double)trace["dy"]!, (double)rows[row]![0]!, 1.0);
    }

    [Fact]
    public void Refuses_bars_that_do_not_fit_their_categories()
    {
        Assert.Equal(
            "Bars 'ours' have 1 values for 2 categories. (Parameter 'groups')",
            Assert.Throws<ArgumentException>(() => Chart.Bars("t", "y", ["a", "b"], [new("ours", [1])])).Message
        );
        Assert.Equal(
            "Bars 'ours' have 1 errors for 2 categories. (Parameter 'groups')",
            Assert.Throws<ArgumentException>(() => Chart.Bars("t", "y", ["a", "b"], [new("ours", [1, 2], [1])])).Message
        );
    }

    private static JsonNode Trace(Figure figure) => JsonNode.Parse(figure.ToPlotlyJson())!["data"]![0]!;

    private static List<(double X, double Y, double Width, double Height, string Fill)> Boxes(Figure figure) =>
        [
            .. XElement
                .Parse(figure.ToSvg())
                .Descendants(Svg + "rect")
                .Where(r => r.Attribute("fill-opacity") is not null)
                .Select(r => (Number(r, "x"), Number(r, "y"), Number(r, "width"), Number(r, "height"), r.Attribute("fill")!.Value)),
        ];

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
