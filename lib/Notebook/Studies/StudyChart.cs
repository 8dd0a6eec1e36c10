using F2Net.Notebook.Charts;
using F2Net.Studies.Reading;

namespace F2Net.Notebook.Studies;

/// <summary>A study as a picture: each seed a dot, the mean with its 95 % interval, and where the paper's difference would put the row.</summary>
public static class StudyChart
{
    // More names would lie on one another.
    private const int MostRowsOfPanel = 12;

    /// <exception cref="ArgumentException">Nothing has been run: the figure has nothing to draw.</exception>
    public static Figure Of(StudyTable table)
    {
        var full = table.Reference?.Test?.Mean;
        return new(
            $"{table.Study.Title}: {table.DataSet}, {table.Preset}",
            "",
            [
                .. table
                    .Rows.Chunk(MostRowsOfPanel)
                    .Select(rows => new Panel("test mIoU (%)", [new Estimates([.. rows.Select(EstimateOf)])]))
                    .Where(panel => !panel.Marks[0].IsEmpty),
            ]
        );

        Estimate EstimateOf(StudyTableRow row) =>
            new(
                row.Row.Name,
                [.. row.Results.Select(r => 100 * r.TestMeanIoU)],
                100 * row.Test?.HalfInterval,
                100 * (full + row.PaperDifference)
            );
    }
}
