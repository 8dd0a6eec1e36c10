using System.Text;
using System.Text.Json;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>A finished picture, as pictures.jsonl records it.</summary>
/// <param name="Image">The image's file name in img_dir/SPLIT.</param>
/// <param name="ClassPixels">By class id.</param>
/// <param name="Fingerprint">Of what it was made from: another one, and it is made again.</param>
public sealed record PreparedPicture(
    string DataSet,
    string Name,
    string Split,
    string Image,
    int Width,
    int Height,
    IReadOnlyList<long> ClassPixels,
    long IgnoredPixels,
    string Fingerprint,
    string? Remark
)
{
    /// <summary>Of the files' names, lengths and times of change, and of the preparer's settings; no pixel is read.</summary>
    internal static string FingerprintOf(IPreparer preparer, SourcePicture source)
    {
        var text = new StringBuilder(preparer.Fingerprint);
        foreach (var file in source.Images.Concat(source.Labels).SelectMany(WithSidecars).Select(f => new FileInfo(f)))
            text.Append('\n').Append(file.Name).Append(' ').Append(file.Length).Append(' ').Append(file.LastWriteTimeUtc.Ticks);
        return ShortHash.Of(text.ToString());
    }

    /// <summary>A file and what may say beside it where it lies or what its shapes are.</summary>
    private static IEnumerable<string> WithSidecars(string file)
    {
        string[] sidecars =
        [
            Georeference.WorldFile(file),
            Path.ChangeExtension(file, ".wld"),
            file + ".aux.xml",
            Path.ChangeExtension(file, ".dbf"),
            Path.ChangeExtension(file, ".prj"),
        ];
        return sidecars.Where(File.Exists).Prepend(file);
    }
}

/// <summary>The finished pictures of a folder: a line each in pictures.jsonl, written when image and mask are in place.</summary>
internal sealed class PictureJournal
{
    public const string FileName = "pictures.jsonl";

    private readonly string file;
    private readonly Dictionary<string, PreparedPicture> finished = new(StringComparer.Ordinal);

    /// <exception cref="UserException">The folder holds something else, or another data set.</exception>
    public PictureJournal(string folder, string dataSet)
    {
        file = Path.Combine(folder, FileName);
        var isOurs = File.Exists(file);
        if (
            !isOurs
            && Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Any(e => !e.EndsWith(".partial", StringComparison.Ordinal))
        )
            throw new UserException($"{folder} holds something that this command did not prepare; give --out a new or empty folder.");
        foreach (var picture in (isOurs ? File.ReadAllLines(file) : []).Select(Parse).OfType<PreparedPicture>())
            finished[picture.Name] =
                picture.DataSet == dataSet
                    ? picture
                    : throw new UserException($"{folder} holds {picture.DataSet}; give --out another folder for {dataSet}.");
        Write(finished.Values);
    }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, PreparedPicture> Finished => finished;

    public void Add(PreparedPicture picture)
    {
        finished[picture.Name] = picture;
        try
        {
            File.AppendAllText(file, JsonFile.Line(picture) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritable(file, e);
        }
    }

    public void Remove(string name)
    {
        finished.Remove(name);
        Write(finished.Values);
    }

    /// <summary>Null for a line that was cut short when the machine went down: its picture is made again.</summary>
    private static PreparedPicture? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PreparedPicture>(line, JsonFile.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Write(IEnumerable<PreparedPicture> pictures) =>
        OutputFile.Write(file, partial => File.WriteAllLines(partial, pictures.Select(JsonFile.Line)));
}
