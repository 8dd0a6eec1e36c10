using System.Globalization;
using F2Net.Notebook.Tables;
using F2Net.Studies;
using F2Net.Studies.Costs;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Notebook.Studies;

/// <summary>A study's operations, counted: of the fusions alone and of the network whole, in both presets, beside the paper's.</summary>
public static class StudyOperationsView
{
    /// <param name="side">Of the square image, pixels.</param>
    public static Table Of(Study study, int side)
    {
        return Table.Of(
            [study.Title, .. Head(StudyPreset.Paper), .. Head(StudyPreset.Nano), "paper GFLOPs"],
            [
                .. study.Rows.Select(row =>
                    (IReadOnlyList<string>)
                        [
                            row.Title,
                            .. Figures(StudyPreset.Paper, row),
                            .. Figures(StudyPreset.Nano, row),
                            Number(row.Paper?.GigaOperations, "F1"),
                        ]
                ),
            ],
            $"Gop of a forward pass at {side} x {side}, batch 1: counted from the weights, two operations a multiply-add."
        );

        string[] Head(StudyPreset preset) => [$"fusions, {preset.Name}", $"network, {preset.Name}"];

        string[] Figures(StudyPreset preset, StudyRow row)
        {
            var counted = StudyOperations.Of(preset, row, side);
            return [Giga(counted.Fusions.Total), Giga(counted.Network.Total)];
        }
    }

    private static string Giga(double operations) => (operations / 1e9).ToString("#,0.00", CultureInfo.InvariantCulture);
}
