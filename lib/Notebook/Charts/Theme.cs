using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Notebook.Charts;

/// <summary>How everything that is drawn looks.</summary>
internal static class Theme
{
    public const string Font = "Helvetica, Arial, sans-serif",
        Ink = "#222",
        AxisInk = "#666",
        GridInk = "#e4e4e4",
        EdgeInk = "#777";

    public const double FontSize = 13,
        TitleSize = 17;

    /// <summary>Okabe and Ito's palette, told apart with any colour vision; without its yellow, which vanishes on white.</summary>
    public static readonly Rgb[] Palette =
    [
        new(0x00, 0x72, 0xB2),
        new(0xD5, 0x5E, 0x00),
        new(0x00, 0x9E, 0x73),
        new(0xCC, 0x79, 0xA7),
        new(0xE6, 0x9F, 0x00),
        new(0x56, 0xB4, 0xE9),
        new(0x00, 0x00, 0x00),
    ];
}

/// <summary>One name's colour and, for names beyond the palette, its dash (0 is unbroken).</summary>
internal readonly record struct Look(Rgb Colour, int Dash)
{
    /// <summary>Whether it needs a dark edge to be seen on white.</summary>
    public bool IsPale => 0.299 * Colour.R + 0.587 * Colour.G + 0.114 * Colour.B > 215;
}

/// <summary>Gives each name of a figure its look: a class its own colour, all others the palette's in order.</summary>
internal sealed class Looks
{
    // A colour's unbroken line and its dashed ones.
    private const int Dashes = 3;

    private readonly Dictionary<string, Look> looks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Rgb> classes;

    /// <param name="panels">The names of each panel.</param>
    public Looks(IEnumerable<IReadOnlyList<string>> panels, DataSetInfo? set)
    {
        classes = (set?.Classes ?? []).ToDictionary(c => c.Name, c => c.Colour, StringComparer.Ordinal);
        foreach (var names in panels)
        foreach (var name in names)
            if (classes.TryGetValue(name, out var colour))
                looks[name] = new(colour, 0);
            else if (!looks.ContainsKey(name))
                looks[name] = Free(names);
    }

    /// <summary>A colour that no name of the figure has; else one that no name of the panel has; else a dashed one.</summary>
    private Look Free(IReadOnlyList<string> panel)
    {
        var looksHere = panel.Where(looks.ContainsKey).Select(n => looks[n]).ToHashSet();
        var all = Enumerable
            .Range(0, Dashes * Theme.Palette.Length)
            .Select(i => new Look(Theme.Palette[i % Theme.Palette.Length], i / Theme.Palette.Length))
            .ToList();
        return all.Take(Theme.Palette.Length)
            .Where(l => !looks.ContainsValue(l))
            .Concat(all.Where(l => !looksHere.Contains(l)))
            .FirstOrDefault(all[0]);
    }

    public Look this[string name] => looks[name];

    /// <summary>The look of a category that is a class, else null.</summary>
    public Look? OfClass(string category) => classes.TryGetValue(category, out var colour) ? new Look(colour, 0) : null;
}
