using System.Globalization;
using System.Security;
using System.Text;

namespace F2Net.Notebook.Charts;

/// <summary>The rectangle between a panel's axes, in which marks draw by their values.</summary>
internal sealed class SvgPlot(StringBuilder svg, Axis x, Axis y, double left, double top, double width, double height)
{
    public double Left => left;
    public double Top => top;
    public double Width => width;
    public double Height => height;
    public double Right => left + width;
    public double Bottom => top + height;
    public Axis XAxis => x;
    public Axis YAxis => y;

    /// <summary>NaN for what the axis cannot show.</summary>
    public double X(double value) => left + x.Position(value) * width;

    public double Y(double value) => top + (1 - y.Position(value)) * height;

    /// <summary>A path; colours are written as SVG takes them.</summary>
    public void Path(string d, string stroke, double strokeWidth, string dash = "none", string fill = "none") =>
        Add(
            $"<path d=\"{d}\" stroke=\"{stroke}\" stroke-dasharray=\"{dash}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" fill=\"{fill}\" stroke-width=\"{strokeWidth}\"/>"
        );

    public void Box(double atX, double atY, double boxWidth, double boxHeight, Look look, double opacity = 1) =>
        Add(
            $"<rect x=\"{atX:0.#}\" y=\"{atY:0.#}\" width=\"{boxWidth:0.#}\" height=\"{boxHeight:0.#}\" fill=\"{look.Colour}\" fill-opacity=\"{opacity}\" stroke=\"{Edge(look)}\" stroke-width=\"0.8\"/>"
        );

    public void Image(string uri, double atX, double atY, double imageWidth, double imageHeight) =>
        Add(
            $"<image x=\"{atX:0.#}\" y=\"{atY:0.#}\" width=\"{imageWidth:0.#}\" height=\"{imageHeight:0.#}\" preserveAspectRatio=\"none\" image-rendering=\"pixelated\" style=\"image-rendering:pixelated\" href=\"{uri}\"/>"
        );

    public void Text(double atX, double atY, string text, string anchor, string more = "") =>
        svg.Append(TextElement(atX, atY, text, anchor, more));

    /// <summary>What follows the invariant culture: every number in an SVG.</summary>
    public void Add(FormattableString markup) => svg.Append(Invariant(markup));

    public static string TextElement(double atX, double atY, string text, string anchor, string more = "") =>
        Invariant($"<text x=\"{atX:0.#}\" y=\"{atY:0.#}\" text-anchor=\"{anchor}\" {more}>{SecurityElement.Escape(text)}</text>");

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The outline's colour of something filled: pale fillings need a darker one.</summary>
    private static string Edge(Look look) => look.IsPale ? Theme.EdgeInk : look.Colour.ToString();
}
