using System.Globalization;
using System.Text.Json.Nodes;
using F2Net.Data.Pictures;

namespace F2Net.Notebook.Charts;

/// <summary>A matrix with named rows and columns, row 0 at the top, each value written in its cell on a colour; a NaN leaves its cell empty.</summary>
public sealed record Matrix : Mark
{
    private const double CellHeight = 34;

    private readonly double[,] values,
        shades;
    private readonly IReadOnlyList<string> rows,
        columns;

    /// <param name="shades">What the colours stand for, of two signs: the map's middle is zero.</param>
    /// <exception cref="ArgumentException">There is not one name a row and one a column, or not one shade a value.</exception>
    public Matrix(IReadOnlyList<string> rows, IReadOnlyList<string> columns, double[,] values, double[,] shades)
    {
        if ((shades.GetLength(0), shades.GetLength(1)) != (values.GetLength(0), values.GetLength(1)))
            throw new ArgumentException(
                $"A matrix of {values.GetLength(0)} x {values.GetLength(1)} has {shades.GetLength(0)} x {shades.GetLength(1)} shades.",
                nameof(shades)
            );
        if ((values.GetLength(0), values.GetLength(1)) != (rows.Count, columns.Count))
            throw new ArgumentException(
                $"A matrix of {values.GetLength(0)} x {values.GetLength(1)} has {rows.Count} names of rows and {columns.Count} of columns.",
                nameof(values)
            );
        (this.rows, this.columns, this.values, this.shades) = (rows, columns, values, shades);
    }

    internal override IReadOnlyList<string> Names => [];
    internal override bool IsEmpty => values.Cast<double>().All(double.IsNaN);
    internal override Axis OwnX => Axis.Categories(columns);
    internal override Axis OwnY => Axis.CategoriesFromTop(rows);

    internal override (double Width, double Height) Size(double width) => (width, CellHeight * rows.Count);

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        foreach (var (row, column) in Cells())
        {
            var colour = Colour(row, column);
            var (left, top) = (plot.X(column - 0.5), plot.Y(row - 0.5));
            plot.Add(
                $"<rect x=\"{left:0.#}\" y=\"{top:0.#}\" width=\"{plot.X(column + 0.5) - left:0.#}\" height=\"{plot.Y(row + 0.5) - top:0.#}\" fill=\"{colour}\"/>"
            );
            plot.Text(plot.X(column), plot.Y(row) + 4.5, Text(row, column), "middle", $"fill=\"{Ink(colour)}\"");
        }
    }

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        var (low, high) = Bounds;
        yield return new()
        {
            ["type"] = "heatmap",
            ["x"] = new JsonArray([.. columns.Select(c => (JsonNode)c)]),
            ["y"] = new JsonArray([.. rows.Select(r => (JsonNode)r)]),
            ["z"] = new JsonArray([
                .. rows.Select((_, row) => PlotlyJson.Numbers([.. columns.Select((_, column) => Shade(row, column))], digits: 4)),
            ]),
            ["zmin"] = PlotlyJson.Number(low),
            ["zmax"] = PlotlyJson.Number(high),
            ["text"] = new JsonArray([
                .. rows.Select((_, row) => new JsonArray([.. columns.Select((_, column) => (JsonNode)Text(row, column))])),
            ]),
            ["texttemplate"] = "%{text}",
            ["hovertemplate"] = "%{y}, %{x}: %{text}<extra></extra>",
            ["colorscale"] = new JsonArray([
                .. Enumerable
                    .Range(0, 17)
                    .Select(i => i / 16.0)
                    .Select(s => new JsonArray(s, ColourMap.Diverging.Colours[ColourMap.Index(s, 0, 1)].ToString())),
            ]),
            ["showscale"] = false,
        };
    }

    internal override void Adapt(JsonObject xAxis, JsonObject yAxis)
    {
        foreach (var axis in (JsonObject[])[xAxis, yAxis])
        {
            axis["type"] = "category";
            axis["showgrid"] = false;
        }
        yAxis["autorange"] = "reversed";
    }

    private (double Low, double High) Bounds => ColourMap.Bounds(shades.Cast<double>(), diverging: true);

    private IEnumerable<(int Row, int Column)> Cells() =>
        from row in Enumerable.Range(0, rows.Count)
        from column in Enumerable.Range(0, columns.Count)
        where !double.IsNaN(values[row, column])
        select (row, column);

    private Rgb Colour(int row, int column) => ColourMap.Diverging.Colours[ColourMap.Index(Shade(row, column), Bounds.Low, Bounds.High)];

    // A value without a shade lies on the map's middle.
    private double Shade(int row, int column) =>
        double.IsNaN(values[row, column]) ? double.NaN
        : double.IsNaN(shades[row, column]) ? 0
        : shades[row, column];

    private static string Ink(Rgb ground) => 0.299 * ground.R + 0.587 * ground.G + 0.114 * ground.B > 140 ? Theme.Ink : "#fff";

    private string Text(int row, int column) =>
        double.IsNaN(values[row, column]) ? "" : values[row, column].ToString("0.0", CultureInfo.InvariantCulture);
}
