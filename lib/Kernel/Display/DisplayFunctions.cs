namespace F2Net.Kernel.Display;

/// <summary>The functions that every cell can call without a qualifier.</summary>
public static class DisplayFunctions
{
    /// <summary>The display of this process's kernel.</summary>
    internal static IDisplay? Display { get; set; }

    private static IDisplay Current =>
        Display ?? throw new InvalidOperationException("There is nothing to show values on: display works in a notebook's cells.");

    /// <summary>Shows a value now, by its formatters, and returns it for updates.</summary>
#pragma warning disable IDE1006 // Notebooks call it by this name in every C# kernel.
    public static DisplayedValue display(object? value) => new(Current, value);
#pragma warning restore IDE1006

    /// <summary>Makes text be shown as HTML.</summary>
    public static HtmlContent HTML(string html) => new(html);

    /// <summary>Removes what the running cell has shown so far; with <paramref name="wait"/>, only once something new comes.</summary>
    public static void ClearOutput(bool wait = false) => Current.Clear(wait);
}
