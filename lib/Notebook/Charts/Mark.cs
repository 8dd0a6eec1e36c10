using System.Text.Json.Nodes;

namespace F2Net.Notebook.Charts;

/// <summary>One kind of drawing in a panel: <see cref="Lines"/>, <see cref="Points"/>, <see cref="Bars"/>, <see cref="Estimates"/>, <see cref="Histogram"/>, <see cref="Heatmap"/> or <see cref="Matrix"/>.</summary>
public abstract record Mark
{
    /// <summary>What the legend lists.</summary>
    internal abstract IReadOnlyList<string> Names { get; }

    internal abstract bool IsEmpty { get; }

    /// <summary>Whether a bar that starts at zero is what is read, so that a linear y axis must hold zero.</summary>
    internal virtual bool StandsOnZero => false;

    /// <summary>The values that the axes must reach.</summary>
    internal virtual IEnumerable<double> X => [];
    internal virtual IEnumerable<double> Y => [];

    /// <summary>Axes that come with the mark and hold for its whole panel.</summary>
    internal virtual Axis? OwnX => null;
    internal virtual Axis? OwnY => null;

    /// <summary>How large it wants its plot, of a given width at the most; a height of 0 leaves it to the others.</summary>
    internal virtual (double Width, double Height) Size(double width) => (width, 0);

    /// <summary>The part at the plot's right that it needs besides the legend.</summary>
    internal virtual double SideWidth => 0;

    /// <summary>What its colour bar shows, if it has one.</summary>
    internal virtual string? ColourUnit => null;

    internal abstract void Draw(SvgPlot plot, Looks looks);

    /// <summary>A legend's sign for a name, 22 wide, its middle at the left point given.</summary>
    internal virtual void DrawKey(SvgPlot plot, string name, Look look, double x, double y) { }

    /// <summary>plotly.js's traces, without axes and legend.</summary>
    internal abstract IEnumerable<JsonObject> Traces(Looks looks);

    /// <summary>What the mark wants of plotly.js's axes.</summary>
    internal virtual void Adapt(JsonObject xAxis, JsonObject yAxis) { }
}
