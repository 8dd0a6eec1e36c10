using System.Text.Json.Serialization;
using F2Net.Data.Pictures;

namespace F2Net.Data;

/// <summary>One class: its place in <see cref="DataSetInfo.Classes"/> is its id in the masks.</summary>
/// <param name="InMean">Whether mIoU and mF1 count it.</param>
public sealed record ClassInfo(string Name, Rgb Colour, bool InMean = true);

/// <summary>A prepared data set's dataset.json.</summary>
/// <param name="IgnoreIndex">The mask value of pixels that neither loss nor metrics count.</param>
/// <param name="AlsoWithout">Classes without which the means are given a second time; empty for none.</param>
/// <param name="Source">Where pictures and labels come from, in words.</param>
/// <param name="Licence">What may be done with them, in words.</param>
public sealed record DataSetInfo(
    string Name,
    IReadOnlyList<ClassInfo> Classes,
    int IgnoreIndex = 255,
    IReadOnlyList<string>? AlsoWithout = null,
    string? Source = null,
    string? Licence = null
)
{
    public const string FileName = "dataset.json";

    public IReadOnlyList<string> AlsoWithout { get; } = AlsoWithout ?? [];

    /// <summary>Colours by class id.</summary>
    [JsonIgnore]
    public IReadOnlyList<Rgb> Palette => [.. Classes.Select(c => c.Colour)];

    /// <exception cref="UserException">A key is unknown or missing, or the values do not fit together.</exception>
    public static DataSetInfo Read(string path) => JsonFile.Read<DataSetInfo>(path).Checked(path);

    /// <exception cref="UserException">The values do not fit together; <paramref name="path"/> is where they stand.</exception>
    internal DataSetInfo Checked(string path) =>
        Fault() is { } fault ? throw new UserException($"{path}: {fault}; correct the file.") : this;

    private string? Fault()
    {
        if (Classes.Count is < 2 or > 255)
            return $"{Classes.Count} classes, where 2 to 255 can be told apart";
        if (Classes.Any(c => c is null))
            return "a class is null";
        if (Classes.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"class \"{twice.Key}\" is there twice";
        if (IgnoreIndex < Classes.Count || IgnoreIndex > 255)
            return $"ignoreIndex {IgnoreIndex} lies outside {Classes.Count} to 255, the values that no class has";
        if (!Classes.Any(c => c.InMean))
            return "no class is in the mean";
        return AlsoWithout
            .Where(n => Classes.All(c => c.Name != n))
            .Select(n => $"alsoWithout names \"{n}\", which is no class")
            .FirstOrDefault();
    }
}
