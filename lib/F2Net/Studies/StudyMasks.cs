using F2Net.Data;
using F2Net.Studies.Tables;

namespace F2Net.Studies;

/// <summary>
/// Predicted masks of test that stay beside a result, so that they can be looked at without the network: of seed 1 of the main table's rows, on data
/// sets in the public domain.
/// </summary>
public static class StudyMasks
{
    private const int Seed = 1;

    private const string Licence = "public domain";

    /// <summary>A result's mask of a test picture; null where none was kept.</summary>
    /// <param name="picture">The sample's name.</param>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static Mask? Read(StudyStore store, StudyResult result, string picture)
    {
        var file = store.MaskOf(result.Row, result.Seed, picture);
        if (!File.Exists(file))
            return null;
        using var raster = new Raster(file);
        return raster.ReadMask();
    }

    internal static bool Keeps(StudyRun run, StudyPreset preset, DataSetInfo dataSet) =>
        run.Seed == Seed
        && dataSet.Licence == Licence
        && MainStudy.Study.Rows.Any(row =>
            StudyRun.Of(MainStudy.Study, row, Seed, preset, dataSet.Classes.Count).Variant == run.Variant
        );

    internal static void Write(StudyStore store, StudyRun run, Sample sample, Mask mask) =>
        RasterWriter.WriteMask(store.MaskOf(run.Row.Name, run.Seed, sample.Name), mask, store.DataSet.Palette);
}
