namespace F2Net.Notebook;

/// <summary>
/// Tells a notebook's kernel who formats a type. .NET Interactive and lib/Kernel find it, and everything behind it, by name and shape
/// alone, so that neither has to be referenced.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; init; } = [];
}

/// <summary>The formatters of all views.</summary>
internal sealed class ViewFormatters
{
    private readonly string[] mimeTypes = [Mime.Plotly, Mime.Html, Mime.Svg, Mime.Png, Mime.Markdown, Mime.Plain];

    public IEnumerable<object> CreateTypeFormatters() => mimeTypes.Select(m => new ViewFormatter(m));
}

internal sealed class ViewFormatter(string mimeType)
{
    public string MimeType { get; } = mimeType;

    /// <returns>Whether the value has this form, and it was written.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if ((instance as IView)?.As(MimeType) is not { } form)
            return false;
        writer.Write(form);
        return true;
    }
}
