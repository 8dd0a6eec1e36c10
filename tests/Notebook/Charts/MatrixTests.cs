using System.Text.Json.Nodes;
using System.Xml.Linq;
using F2Net.Notebook.Charts;

namespace F2Net.Tests.Notebook.Charts;

public class MatrixTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Figure Figure = Of(
        new Matrix(
            ["sea", "lake"],
            ["a", "b", "c"],
            new[,]
            {
                { 10, 20, 30.26 },
                { 40, double.NaN, 60 },
            },
            new[,]
            {
                { -1.0, 0, 1 },
                { 2, 0, 0 },
            }
        )
    );

    [Fact]
    public void Every_value_stands_in_its_cell_row_0_at_the_top()
    {
        var texts = XElement
            .Parse(Figure.ToSvg())
            .Descendants(Svg + "text")
            .Where(t => t.Value.Length > 0)
            .ToDictionary(t => t.Value, Place);
        Assert.Equal(texts["10.0"].X, texts["40.0"].X);
        Assert.Equal(texts["10.0"].Y, texts["30.3"].Y);
        Assert.True(texts["10.0"].Y < texts["40.0"].Y);
        Assert.True(texts["10.0"].X < texts["20.0"].X);
        Assert.Equal(texts["sea"].Y, texts["10.0"].Y, 0.2);
        Assert.Equal(texts["b"].X, texts["20.0"].X, 0.2);
    }

    [Fact]
    public void Long_names_of_rows_have_room_at_the_left()
    {
        const string Name = "rings in the orange region";
        var svg = XElement.Parse(
            Of(
                    new Matrix(
                        [Name],
                        ["a"],
                        new[,]
                        {
                            { 1.0 },
                        },
                        new[,]
                        {
                            { 0.0 },
                        }
                    )
                )
                .ToSvg()
        );

        var end = Place(svg.Descendants(Svg + "text").Single(t => t.Value == Name)).X;

        Assert.InRange(end / Name.Length, 7, 9); // pixels a character
    }

    [Fact]
    public void A_NaN_leaves_its_cell_empty()
    {
        // The ground and five cells.
        Assert.Equal(6, XElement.Parse(Figure.ToSvg()).Descendants(Svg + "rect").Count());
        var trace = JsonNode.Parse(Figure.ToPlotlyJson())!["data"]![0]!;
        Assert.Null(trace["z"]![1]![1]);
        Assert.Equal("", (string)trace["text"]![1]![1]!);
        Assert.Equal(["sea", "lake"], trace["y"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public void Colours_are_the_shades_about_0()
    {
        var trace = JsonNode.Parse(Figure.ToPlotlyJson())!["data"]![0]!;
        Assert.Equal((-2, 2), ((double)trace["zmin"]!, (double)trace["zmax"]!));
        Assert.Equal([-1, 0, 1], trace["z"]![0]!.AsArray().Select(n => (double)n!));
    }

    [Fact]
    public void One_without_a_number_has_nothing_to_draw() =>
        Assert.True(
            Of(
                new Matrix(
                    ["sea"],
                    ["a"],
                    new[,]
                    {
                        { double.NaN },
                    },
                    new double[1, 1]
                )
            ).IsEmpty
        );

    [Fact]
    public void Refuses_names_and_shades_that_do_not_fit()
    {
        Assert.Equal(
            "A matrix of 1 x 2 has 2 names of rows and 2 of columns. (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => new Matrix(["a", "b"], ["c", "d"], new double[1, 2], new double[1, 2])).Message
        );
        Assert.Equal(
            "A matrix of 1 x 1 has 1 x 2 shades. (Parameter 'shades')",
            Assert.Throws<ArgumentException>(() => new Matrix(["a"], ["b"], new double[1, 1], new double[1, 2])).Message
        );
    }

    private static Figure Of(Matrix matrix) => new("t", "", [new("", [matrix])]);

    private static (double X, double Y) Place(XElement text) => ((double)text.Attribute("x")!, (double)text.Attribute("y")!);
}
