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

    private const string Compared = "compared";

    /// <summary>Whether masks of a result were kept.</summary>
    public static bool Kept(StudyStore store, StudyResult result) => Directory.Exists(store.MasksOf(result.Row, result.Seed));

    /// <summary>A result's mask of a test picture.</summary>
    /// <param name="picture">The sample's name.</param>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static Mask Read(StudyStore store, StudyResult result, string picture) =>
        Read(FileOf(store.MasksOf(result.Row, result.Seed), picture));

    /// <summary>The same weights' mask in the way that the result is compared with, see <see cref="StudyRow.ComparedWith"/>.</summary>
    /// <param name="picture">The sample's name.</param>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static Mask ReadCompared(StudyStore store, StudyResult result, string picture) =>
        Read(FileOf(ComparedOf(store, result.Row, result.Seed), picture));

    internal static bool Keeps(StudyRun run, StudyPreset preset, DataSetInfo dataSet) =>
        run.Seed == Seed
        && dataSet.Licence == Licence
        && MainStudy.Study.Rows.Any(row => StudyRun.Of(MainStudy.Study, row, Seed, preset, dataSet.Classes.Count).Variant == run.Variant);

    /// <param name="way">That the mask was predicted in, of those that the run asks for.</param>
    internal static void Write(StudyStore store, StudyRun run, IInference way, Sample sample, Mask mask)
    {
        if (way.Name == run.Row.Inference.Name)
            Write(store.MasksOf(run.Row.Name, run.Seed));
        if (way.Name == run.Row.ComparedWith?.Name)
            Write(ComparedOf(store, run.Row.Name, run.Seed));

        void Write(string folder) => RasterWriter.WriteMask(FileOf(folder, sample.Name), mask, store.DataSet.Palette);
    }

    private static Mask Read(string file)
    {
        using var raster = new Raster(file);
        return raster.ReadMask();
    }

    private static string ComparedOf(StudyStore store, string row, int seed) => Path.Combine(store.MasksOf(row, seed), Compared);

    private static string FileOf(string folder, string picture) => Path.Combine(folder, picture + ".png");
}
