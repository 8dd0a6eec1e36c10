using F2Net.Studies.Tables;

namespace F2Net.Studies;

/// <summary>All studies.</summary>
public static class Catalogue
{
    public static IReadOnlyList<Study> Studies { get; } = [.. LongerStudy.Compared, SettlingStudy.Study, LongerStudy.Study];

    /// <summary>Every row once.</summary>
    public static IReadOnlyList<StudyRow> Rows { get; } = [.. Studies.SelectMany(s => s.Rows).DistinctBy(r => r.Name)];

    /// <exception cref="UserException">There is no such study.</exception>
    public static Study Find(string name) =>
        Studies.FirstOrDefault(s => s.Name == name)
        ?? throw new UserException($"There is no study {name}; the studies are {string.Join(", ", Studies.Select(s => s.Name))}.");

    /// <exception cref="UserException">There is no such row.</exception>
    public static StudyRow Row(string name) =>
        Rows.FirstOrDefault(r => r.Name == name)
        ?? throw new UserException($"No study has a row {name}; f2net study --list names them all.");
}
