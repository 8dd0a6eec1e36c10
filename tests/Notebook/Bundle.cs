namespace F2Net.Tests.Notebook;

/// <summary>What a kernel that knows neither lib/Notebook nor its attribute makes of a value: its forms by MIME type.</summary>
internal static class Bundle
{
    public static Dictionary<string, string> Of(object value)
    {
        var attribute = value.GetType().GetCustomAttributes(inherit: true).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = (Type)Property(attribute, "FormatterSourceType");
        var preferred = (string[])Property(attribute, "PreferredMimeTypes");
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), null)!;
        var bundle = new Dictionary<string, string>();
        foreach (var formatter in formatters.Where(f => preferred.Contains((string)Property(f, "MimeType"))))
        {
            var writer = new StringWriter();
            var format = formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!;
            if ((bool)format.Invoke(formatter, [value, writer])!)
                bundle.Add((string)Property(formatter, "MimeType"), writer.ToString());
        }
        Assert.Equal(preferred.Order(), bundle.Keys.Order());
        return bundle;
    }

    private static object Property(object of, string name) => of.GetType().GetProperty(name)!.GetValue(of)!;
}
