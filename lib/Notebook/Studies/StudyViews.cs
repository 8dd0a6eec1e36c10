using F2Net.Notebook.Charts;
using F2Net.Studies.Reading;

namespace F2Net.Notebook.Studies;

/// <summary>What a notebook makes of several tables of one study.</summary>
public static class StudyViews
{
    /// <summary>A figure for each table that has something to draw.</summary>
    public static IEnumerable<Figure> Drawn(this IEnumerable<StudyTable> tables, Func<StudyTable, Figure> draw) =>
        tables.Select(draw).Where(figure => !figure.IsEmpty);

    /// <summary>What a table says of the paper's, see <see cref="StudyReading"/>.</summary>
    public static Notes Reading(this StudyTable table) => new($"{table.Study.Title}, {table.DataSet}", StudyReading.Of(table));
}
