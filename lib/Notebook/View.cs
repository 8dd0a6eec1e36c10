using System.Net;

namespace F2Net.Notebook;

/// <summary>Something a notebook shows, in as many forms as its MIME types name.</summary>
internal interface IView
{
    /// <summary>The form of a MIME type: text, JSON, markup, or base64 for pictures; null where there is none.</summary>
    string? As(string mimeType);
}

/// <summary>The MIME types that views have, as Jupyter names them.</summary>
internal static class Mime
{
    public const string Plotly = "application/vnd.plotly.v1+json",
        Html = "text/html",
        Svg = "image/svg+xml",
        Png = "image/png",
        Markdown = "text/markdown",
        Plain = "text/plain";
}

/// <summary>What several views write into their HTML.</summary>
internal static class Html
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public static string DataUri(string mimeType, byte[] bytes) => $"data:{mimeType};base64,{Convert.ToBase64String(bytes)}";
}
