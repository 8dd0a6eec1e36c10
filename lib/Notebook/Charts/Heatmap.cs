using System.Text.Json.Nodes;
using F2Net.Data.Pictures;

namespace F2Net.Notebook.Charts;

/// <summary>A matrix as colours, row 0 at the top, with a colour bar.</summary>
/// <param name="Unit">What the colours stand for, with its unit.</param>
/// <param name="Diverging">Whether values have two signs: the map's middle is then zero.</param>
/// <param name="rows">A name each; null for numbers, from 0.</param>
/// <param name="columns">The same of columns.</param>
/// <exception cref="ArgumentException">There are not as many names as rows or columns.</exception>
public sealed record Heatmap(
    double[,] Values,
    string Unit,
    bool Diverging = false,
    IReadOnlyList<string>? rows = null,
    IReadOnlyList<string>? columns = null
) : Mark
{
    private const double BarGap = 20,
        BarWidth = 16,
        BarLabels = 76,
        GreatestHeight = 440,
        StretchedHeight = 240;

    // Beyond this a screen has no pixel a cell, and the figure's JSON would only be heavy.
    private const int GreatestSide = 160,
        SquaresSide = 480,
        FewCells = 10;

    // Cells stay square unless that made the plot a thread.
    private const double GreatestRatio = 4;

    private readonly IReadOnlyList<string>? rows = Named(rows, Values.GetLength(0), "rows"),
        columns = Named(columns, Values.GetLength(1), "columns");

    private int Rows => Values.GetLength(0);
    private int Columns => Values.GetLength(1);
    private bool IsSquare => (double)Math.Max(Rows, Columns) / Math.Min(Rows, Columns) <= GreatestRatio;
    private ColourMap Map => Diverging ? ColourMap.Diverging : ColourMap.Sequential;
    private (double Low, double High) Bounds => ColourMap.Bounds(Values.Cast<double>(), Diverging);

    internal override IReadOnlyList<string> Names => [];
    internal override bool IsEmpty => Values.Length == 0;
    internal override Axis OwnX => columns is null ? Axis.Cells(Columns, fromTop: false) : Axis.Categories(columns);
    internal override Axis OwnY => rows is null ? Axis.Cells(Rows, fromTop: true) : Axis.CategoriesFromTop(rows);
    internal override double SideWidth => BarGap + BarWidth + BarLabels;
    internal override string ColourUnit => Unit;

    internal override (double Width, double Height) Size(double width)
    {
        if (!IsSquare)
            return (width, StretchedHeight);
        var side = Math.Min(width / Columns, GreatestHeight / Rows);
        return (side * Columns, side * Rows);
    }

    internal override void Draw(SvgPlot plot, Looks looks)
    {
        var cells = Reduced();
        var (low, high) = Bounds;
        // Whole squares of pixels, because not every renderer keeps enlarged pixels square.
        var scale = Math.Max(1, SquaresSide / Math.Max(cells.GetLength(0), cells.GetLength(1)));
        plot.Image(
            Picture(
                scale * cells.GetLength(1),
                scale * cells.GetLength(0),
                (x, y) => ColourMap.Index(cells[y / scale, x / scale], low, high)
            ),
            plot.Left,
            plot.Top,
            plot.Width,
            plot.Height
        );

        var left = plot.Right + BarGap;
        plot.Image(Picture(1, ColourMap.Size, (_, y) => (byte)(ColourMap.Size - 1 - y)), left, plot.Top, BarWidth, plot.Height);
        var axis = Axis.Tight([low, high]);
        foreach (var tick in axis.Ticks)
        {
            var y = plot.Bottom - axis.Position(tick) * plot.Height;
            plot.Add($"<path d=\"M{left + BarWidth:0.#} {y:0.#}h4\" stroke=\"{Theme.AxisInk}\"/>");
            plot.Text(left + BarWidth + 7, y + 4.5, axis.Label(tick), "start");
        }
        var (unitX, unitY) = (left + BarWidth + BarLabels - 10, plot.Top + plot.Height / 2);
        plot.Text(unitX, unitY, Unit, "middle", SvgPlot.Invariant($"transform=\"rotate(90 {unitX:0.#} {unitY:0.#})\""));
    }

    internal override IEnumerable<JsonObject> Traces(Looks looks)
    {
        var cells = Reduced();
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        var (dx, dy) = ((double)Columns / columns, (double)Rows / rows);
        var (low, high) = Bounds;
        var digits = PlotlyJson.Digits(low, high, few: 4);
        var z = Enumerable
            .Range(0, rows)
            .Select(y => PlotlyJson.Numbers([.. Enumerable.Range(0, columns).Select(x => cells[y, x])], digits));
        var stops = Enumerable.Range(0, 17).Select(i => i / 16.0);
        yield return new()
        {
            ["type"] = "heatmap",
            ["z"] = new JsonArray([.. z]),
            ["x0"] = (dx - 1) / 2,
            ["dx"] = dx,
            ["y0"] = (dy - 1) / 2,
            ["dy"] = dy,
            ["zmin"] = PlotlyJson.Number(low, digits),
            ["zmax"] = PlotlyJson.Number(high, digits),
            ["colorscale"] = new JsonArray([.. stops.Select(s => new JsonArray(s, Map.Colours[ColourMap.Index(s, 0, 1)].ToString()))]),
            ["colorbar"] = new JsonObject { ["thickness"] = BarWidth, ["outlinewidth"] = 0 },
        };
    }

    internal override void Adapt(JsonObject xAxis, JsonObject yAxis)
    {
        xAxis["showgrid"] = false;
        xAxis["constrain"] = "domain";
        xAxis["constraintoward"] = "left";
        yAxis["showgrid"] = false;
        yAxis["autorange"] = "reversed";
        yAxis["constrain"] = "domain";
        Tick(xAxis, Columns, columns);
        Tick(yAxis, Rows, rows);
        if (IsSquare)
            yAxis["scaleanchor"] = yAxis["anchor"]!.GetValue<string>();
    }

    private static IReadOnlyList<string>? Named(IReadOnlyList<string>? names, int count, string what) =>
        names is null || names.Count == count
            ? names
            : throw new ArgumentException($"A heatmap of {count} {what} has {names.Count} names for them.", what);

    // Names stand at the cells' numbers: axes of categories would not keep cells square beside one of numbers.
    private static void Tick(JsonObject axis, int count, IReadOnlyList<string>? names)
    {
        if (names is not null)
        {
            axis["tickvals"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)i)]);
            axis["ticktext"] = new JsonArray([.. names.Select(n => (JsonNode)n)]);
        }
        else if (count <= FewCells)
            axis["dtick"] = 1;
    }

    private string Picture(int width, int height, Func<int, int, byte> index)
    {
        var indices = new Mask(width, height, new byte[width * height]);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            indices.Ids[y * width + x] = index(x, y);
        return Html.DataUri(Mime.Png, EncodedPicture.Png(indices, Map.Colours));
    }

    /// <summary>The values, or means over blocks of them where they are many.</summary>
    private double[,] Reduced()
    {
        var (rows, columns) = (Math.Min(Rows, GreatestSide), Math.Min(Columns, GreatestSide));
        if ((rows, columns) == (Rows, Columns))
            return Values;
        var means = new double[rows, columns];
        for (var y = 0; y < rows; y++)
        for (var x = 0; x < columns; x++)
        {
            var (top, bottom, left, right) = (y * Rows / rows, (y + 1) * Rows / rows, x * Columns / columns, (x + 1) * Columns / columns);
            for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
                means[y, x] += Values[row, column] / ((bottom - top) * (right - left));
        }
        return means;
    }
}
