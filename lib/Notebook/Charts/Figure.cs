using F2Net.Data;

namespace F2Net.Notebook.Charts;

/// <summary>One pair of axes with its marks.</summary>
/// <param name="YLabel">Quantity and unit, as "cross-entropy (nats)".</param>
/// <param name="LogY">Whether the y axis is logarithmic.</param>
public sealed record Panel(string YLabel, IReadOnlyList<Mark> Marks, bool LogY = false);

/// <summary>Panels stacked over one another that share their x axis.</summary>
/// <param name="XLabel">Quantity and unit, as "iteration"; empty where the ticks say it all.</param>
/// <param name="LogX">Whether the x axis is logarithmic.</param>
/// <param name="SharesY">Whether all y axes have one range, so that panels compare.</param>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Plotly, Mime.Html, Mime.Svg, Mime.Plain])]
public sealed record Figure(string Title, string XLabel, IReadOnlyList<Panel> Panels, bool LogX = false, bool SharesY = false) : IView
{
    /// <summary>The data set whose class colours the series and bars take that are named like a class.</summary>
    public DataSetInfo? Classes { get; init; }

    /// <summary>Whether there is nothing to draw.</summary>
    public bool IsEmpty => Panels.All(p => p.Marks.All(m => m.IsEmpty));

    /// <summary>A picture that needs nothing else.</summary>
    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    public string ToSvg() => SvgChart.Draw(this);

    /// <summary>data, layout and config as plotly.js takes them.</summary>
    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    public string ToPlotlyJson() => PlotlyFigure.Of(this).ToJsonString();

    string? IView.As(string mimeType) =>
        mimeType switch
        {
            Mime.Plotly => ToPlotlyJson(),
            Mime.Html => PlotlyHtml.Of(this),
            Mime.Svg => ToSvg(),
            Mime.Plain => ToString(),
            _ => null,
        };

    public override string ToString() => $"{Title} ({string.Join("; ", Panels.Select(p => p.YLabel))})";

    /// <summary>How each name in the legends looks.</summary>
    /// <exception cref="ArgumentException">The figure has nothing to draw.</exception>
    internal Looks Looks()
    {
        if (IsEmpty)
            throw new ArgumentException($"Figure '{Title}' has nothing to draw.", "figure");
        return new(Panels.Select(p => p.Marks.SelectMany(m => m.Names).ToList()), Classes);
    }
}
