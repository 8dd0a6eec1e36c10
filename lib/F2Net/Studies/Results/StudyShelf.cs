using F2Net.Studies.Reading;
using F2Net.Studies.Tables;

namespace F2Net.Studies.Results;

/// <summary>All results that a preset has on one data set, which itself need not be there.</summary>
/// <param name="DataSet">Its name.</param>
/// <param name="Classes">How many it has.</param>
public sealed record StudyShelf(StudyPreset Preset, string DataSet, int Classes, StudyResults Results)
{
    /// <summary>A shelf for each data set with results, by name.</summary>
    /// <param name="folder">results/studies of the project.</param>
    /// <exception cref="UserException">A file is damaged.</exception>
    public static IReadOnlyList<StudyShelf> All(string folder, StudyPreset preset) =>
        Path.Combine(folder, preset.Name) is var place && Directory.Exists(place)
            ?
            [
                .. Directory
                    .EnumerateDirectories(place)
                    .Select(StudyResults.In)
                    .Where(results => results.All.Count > 0)
                    .Select(results => new StudyShelf(
                        preset.On(results.All[0].DataSet),
                        results.All[0].DataSet,
                        results.All[0].Network.Classes,
                        results
                    ))
                    .OrderBy(shelf => shelf.DataSet, StringComparer.Ordinal),
            ]
            : [];

    /// <summary>A study's table of what is there.</summary>
    public StudyTable Table(Study study) => StudyTable.Of(study, Preset, Classes, DataSet, Results);

    /// <summary>A study's tables of each length of training, see <see cref="LongerStudy"/>, that has something to compare.</summary>
    public IReadOnlyList<StudyTable> Tables(Study study) => [.. LongerStudy.Lengths(study).Select(Table).Where(table => table.Compares)];
}
