using F2Net.Data;
using F2Net.Studies;
using F2Net.Studies.Reading;
using F2Net.Studies.Results;
using F2Net.Studies.Running;

namespace F2Net.Notebook.Studies;

/// <summary>A study as a notebook shows it: on every data set of which there are results, and on one data set to train on.</summary>
/// <param name="study">Its name.</param>
/// <param name="data">The prepared data set to train on; its table is shown even where nothing has been run.</param>
/// <param name="results">results/studies of the project.</param>
/// <exception cref="UserException">There is no such study, or no such data set.</exception>
public sealed class StudyPage(string study, string data, string results)
{
    public Study Study { get; } = Catalogue.Find(study);

    public PreparedDataSet Data { get; } = PreparedDataSet.Open(data);

    /// <summary>results/studies of the project.</summary>
    public string Results => results;

    /// <summary>The results on <see cref="Data"/>.</summary>
    public StudyStore Store => new(results, StudyPreset.Nano, Data.Info);

    /// <summary>The same, to make tables of.</summary>
    /// <exception cref="UserException">A result is damaged.</exception>
    public StudyShelf Shelf() => new(StudyPreset.Nano, Data.Info.Name, Data.Info.Classes.Count, Store.Load());

    /// <summary>A table for each data set, and each length of training, of which rows can be compared; that of <see cref="Data"/> first.</summary>
    /// <exception cref="UserException">A result is damaged.</exception>
    public IReadOnlyList<StudyTable> Tables()
    {
        var shelves = StudyShelf.All(results, StudyPreset.Nano);
        var own = shelves.FirstOrDefault(shelf => shelf.DataSet == Data.Info.Name) ?? Shelf();
        return
        [
            own.Table(Study),
            .. own.Tables(Study).Where(table => table.Study != Study),
            .. shelves.Where(shelf => shelf != own).SelectMany(shelf => shelf.Tables(Study)),
        ];
    }

    /// <summary>The runs on <see cref="Data"/> that are missing: shown, and done where that is asked for.</summary>
    /// <param name="recompute">Whether to train all rows that lack results.</param>
    /// <param name="rows">Rows to train in any case.</param>
    /// <exception cref="UserException">A row is none of the study's.</exception>
    public StudyTraining Training(bool recompute, IReadOnlyList<string> rows, IReadOnlyList<int> seeds) =>
        new(this, StudyRun.Plan(Study, Study.Select(rows), seeds, StudyPreset.Nano, Data.Info.Classes.Count), recompute || rows.Count > 0);
}
