using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Studies.Running;
using F2Net.Studies.Tables;

namespace F2Net.Studies.Results;

/// <summary>
/// Predicted masks of test that stay beside a result, so that they can be looked at without the network: of seed 1 of the main table's rows, on data
/// sets in the public domain.
/// </summary>
public static class StudyMasks
{
    private const int Seed = 1;

    private const string Licence = "public domain";

    /// <summary>Whether masks of a result were kept.</summary>
    public static bool Kept(StudyStore store, StudyResult result) => Directory.Exists(store.MasksOf(result.Row, result.Seed));

    /// <summary>A result's mask of a test picture.</summary>
    /// <param name="picture">The sample's name.</param>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static Mask Read(StudyStore store, StudyResult result, string picture)
    {
        using var raster = new Raster(FileOf(store, result.Row, result.Seed, picture));
        return raster.ReadMask();
    }

    internal static bool Keeps(StudyRun run, StudyPreset preset, DataSetInfo dataSet) =>
        run.Seed == Seed
        && dataSet.Licence == Licence
        && MainStudy.Study.Rows.Any(row => StudyRun.Of(MainStudy.Study, row, Seed, preset, dataSet.Classes.Count).Variant == run.Variant);

    internal static void Write(StudyStore store, StudyRun run, Sample sample, Mask mask) =>
        RasterWriter.WriteMask(FileOf(store, run.Row.Name, run.Seed, sample.Name), mask, store.DataSet.Palette);

    private static string FileOf(StudyStore store, string row, int seed, string picture) =>
        Path.Combine(store.MasksOf(row, seed), picture + ".png");
}
