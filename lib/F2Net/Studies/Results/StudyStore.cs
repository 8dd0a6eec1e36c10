using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Data;
using F2Net.Studies.Running;

namespace F2Net.Studies.Results;

/// <summary>
/// The results of a preset on a data set, a file a run: FOLDER/PRESET/DATA-SET/ROW/seed-K.json. What is in training lives in FOLDER/.training.
/// </summary>
/// <param name="folder">results/studies of the project.</param>
public sealed partial class StudyStore(string folder, StudyPreset preset, DataSetInfo dataSet)
{
    public StudyPreset Preset => preset;

    public DataSetInfo DataSet => dataSet;

    /// <summary>Where results and tables lie.</summary>
    public string Folder { get; } = FolderOf(folder, preset, dataSet.Name);

    /// <summary>The same of a data set that need not be there.</summary>
    /// <param name="folder">results/studies of the project.</param>
    /// <param name="dataSet">Its name.</param>
    /// <exception cref="UserException">No folder can be named after it.</exception>
    public static string FolderOf(string folder, StudyPreset preset, string dataSet) => Path.Combine(folder, preset.Name, Slug(dataSet));

    /// <summary>The file of a run's result.</summary>
    public string FileOf(StudyRun run) => MasksOf(run.Row.Name, run.Seed) + ".json";

    /// <summary>The training run's folder while it is under way: one for all rows that apply its weights, whatever they are called.</summary>
    internal string TrainingFolder(StudyRun run) =>
        Path.Combine(folder, ".training", preset.Name, Slug(dataSet.Name), ShortHash.Of(run.Training));

    /// <summary>The folder of a result's predicted masks, see <see cref="StudyMasks"/>.</summary>
    internal string MasksOf(string row, int seed) => Path.Combine(Folder, row, SeedName(seed));

    /// <summary>All results there are now, by what was run and not by the file's name.</summary>
    /// <exception cref="UserException">A file is damaged, or of a data set that shares the folder.</exception>
    public StudyResults Load()
    {
        var results = StudyResults.In(Folder);
        return results.All.FirstOrDefault(r => r.DataSet != dataSet.Name) is { } other
            ? throw new UserException(
                $"{Folder} has results of the data set {other.DataSet}, not of {dataSet.Name}; give one of them another name in its dataset.json."
            )
            : results;
    }

    /// <summary>Takes a run's training for this process alone until disposed of; null while another has it. A process that died holds nothing.</summary>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    internal IDisposable? Take(StudyRun run) => LockFile.Take(TrainingFolder(run) + ".lock");

    private static string SeedName(int seed) => $"seed-{seed.ToString(CultureInfo.InvariantCulture)}";

    private static string Slug(string name) =>
        NoLetters().Replace(name.ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } slug
            ? slug
            : throw new UserException(
                $"The data set's name, '{name}', has no letter to name a folder after; give it another one in dataset.json."
            );

    [GeneratedRegex(@"[^\p{L}\p{N}]+")]
    private static partial Regex NoLetters();
}

/// <summary>Results, found by what was run.</summary>
public sealed class StudyResults(IReadOnlyList<StudyResult> all)
{
    private readonly ILookup<string, StudyResult> byVariant = all.ToLookup(r => r.Variant, StringComparer.Ordinal);

    /// <summary>All results of a folder; none where it is missing.</summary>
    /// <exception cref="UserException">A file is damaged.</exception>
    internal static StudyResults In(string folder) =>
        new([
            .. (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "seed-*.json", SearchOption.AllDirectories) : [])
                .Order(StringComparer.Ordinal)
                .Select(StudyResult.Read),
        ]);

    public IReadOnlyList<StudyResult> All => all;

    /// <summary>Says whether the results were scored on a data set's pictures: another split of the same name is not to be mixed with them.</summary>
    /// <exception cref="UserException">One had other pixels of a class in a split.</exception>
    public void CheckPictures(PreparedDataSet data)
    {
        Check("train", "trained", r => r.TrainPixels);
        Check("val", "scored", r => Pixels(r.Val));
        Check("test", "scored", r => Pixels(r.Test));

        void Check(string split, string used, Func<StudyResult, IEnumerable<long>?> pixels)
        {
            if (all.FirstOrDefault(r => pixels(r) is { } had && !had.SequenceEqual(data.Split(split).ClassCounts)) is { } other)
                throw new UserException(
                    $"Row {other.Row}, seed {other.Seed}, of {other.DataSet} was {used} on other pictures of {split} than there are now; give this data set another name in its dataset.json, or move the results away."
                );
        }

        static IEnumerable<long>? Pixels(SplitScores? scores) =>
            scores is { Confusion.Count: > 0 } ? scores.Confusion.Select(row => row.Sum()) : null;
    }

    /// <summary>The result of a run, whichever row it was run for; null where there is none.</summary>
    public StudyResult? Of(StudyRun run) => byVariant[run.Variant].FirstOrDefault(r => r.Seed == run.Seed);

    /// <summary>The runs without a result.</summary>
    public IReadOnlyList<StudyRun> Missing(IReadOnlyList<StudyRun> runs) => [.. runs.Where(run => Of(run) is null)];

    /// <summary>A result a seed, of every seed that a row was run with.</summary>
    /// <param name="run">Of the row, with any seed.</param>
    public IReadOnlyList<StudyResult> AllSeeds(StudyRun run) => [.. byVariant[run.Variant].DistinctBy(r => r.Seed).OrderBy(r => r.Seed)];
}
