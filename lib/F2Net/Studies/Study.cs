namespace F2Net.Studies;

/// <summary>A table of the paper, or of a question that it leaves open: variants trained by one recipe and compared with the full network.</summary>
/// <param name="Name">What commands and result files call it.</param>
/// <param name="Title">A table's or picture's head.</param>
/// <param name="Question">What it asks, one sentence.</param>
/// <param name="Rows">In the paper's order.</param>
public sealed record Study(string Name, string Title, string Question, IReadOnlyList<StudyRow> Rows)
{
    /// <summary>Rows of the paper's table that are not trained here.</summary>
    public IReadOnlyList<PublishedRow> Published { get; init; } = [];

    /// <summary>How its rows are trained, as "2,240 steps", where that is not the preset's own recipe; else null.</summary>
    public string? Training { get; init; }

    /// <summary>The preset whose steps its rows count; null where they are any preset's.</summary>
    public StudyPreset? Preset { get; init; }

    /// <summary>The full network as this study trains it: every difference is taken to it.</summary>
    public StudyRow Reference { get; init; } = StudyRow.Full;

    /// <summary>Some of the rows, in the study's order; all when none is named.</summary>
    /// <exception cref="UserException">A name is no row of this study.</exception>
    public IReadOnlyList<StudyRow> Select(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(n => Rows.All(r => r.Name != n)) is { } unknown)
            throw new UserException($"Study {Name} has no row {unknown}; its rows are {string.Join(", ", Rows.Select(r => r.Name))}.");
        return names.Count == 0 ? Rows : [.. Rows.Where(r => names.Contains(r.Name, StringComparer.Ordinal))];
    }
}
