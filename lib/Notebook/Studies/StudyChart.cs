using F2Net.Studies;

namespace F2Net.Notebook;

/// <summary>A study as a picture: each seed a dot, the mean with its 95 % interval, and where the paper's difference would put the row.</summary>
public static class StudyChart
{
    /// <exception cref="ArgumentException">Nothing has been run: the figure has nothing to draw.</exception>
    public static Figure Of(StudyTable table)
    {
        var full = table.Reference?.Test?.Mean;
        return new(
            $"{table.Study.Title}: {table.DataSet}, {table.Preset}",
            "",
            [
                new(
                    "test mIoU (%)",
                    [
                        new Estimates([
                            .. table.Rows.Select(row => new Estimate(
                                row.Row.Name,
                                [.. row.Results.Select(r => 100 * r.Test!.Metrics.Mean.IoU)],
                                100 * row.Test?.HalfInterval,
                                100 * (full + row.PaperDifference)
                            )),
                        ]),
                    ]
                ),
            ]
        );
    }
}
