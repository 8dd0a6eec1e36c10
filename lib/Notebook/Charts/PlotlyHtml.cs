using System.Security.Cryptography;
using System.Text;

namespace F2Net.Notebook.Charts;

/// <summary>
/// A <see cref="Figure"/> as HTML: its static picture, and a script that puts plotly.js's chart in the picture's place as soon as
/// plotly.js is there. A page without scripts keeps the picture.
/// </summary>
internal static class PlotlyHtml
{
    public static string Of(Figure figure)
    {
        // Text in a script must not end it; the JSON writer escapes every < for that.
        var json = figure.ToPlotlyJson();
        // Equal figures may share an id: the script fills every place of that id that is still empty.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..12];
        return $$"""
            {{Plotly.ScriptFor(figure)}}<div data-f2net-figure="{{id}}" style="max-width:900px">{{StaticPicture(figure)}}</div>
            <script>(() => {
            const figure = {{json}};
            let tries = 600;
            (function draw() {
              if (!window.Plotly) { if (tries-- > 0) setTimeout(draw, 100); return; }
              for (const place of document.querySelectorAll('[data-f2net-figure="{{id}}"]:not([data-drawn])')) {
                const picture = [...place.childNodes], plot = document.createElement("div");
                place.dataset.drawn = "";
                place.replaceChildren(plot);
                Plotly.newPlot(plot, figure).catch(() => place.replaceChildren(...picture));
              }
            })();
            })();</script>

            """;
    }

    public static string StaticPicture(Figure figure) =>
        $"<img src=\"{Html.DataUri(Mime.Svg, Encoding.UTF8.GetBytes(figure.ToSvg()))}\" alt=\"{Html.Escape(figure.Title)}\" style=\"max-width:100%\">";
}
