using F2Net.Data.Pictures;
using F2Net.Weights;

namespace F2Net.Data.Packing;

/// <summary>
/// A data set that <see cref="DataSetPacker"/> packed, mapped into memory: the system loads what is read of it, and gives it up again where
/// memory is short.
/// </summary>
internal sealed class PackedFile : ISampleStore
{
    public const string FileName = "packed.safetensors",
        Type = "U8",
        FormatKey = "format",
        Format = "f2net-data-1",
        InfoKey = DataSetInfo.FileName,
        ContentsKey = "contents";

    private readonly Dictionary<string, List<Sample>> splits = new(StringComparer.Ordinal);

    /// <exception cref="UserException">The file is no packed data set, is damaged, or is older than the folder around it.</exception>
    public PackedFile(string path)
    {
        Path = path;
        var stream = Safetensors.Open(path); // open as long as the mapping
        var header = SafetensorsHeader.Read(path, stream);
        CheckFormat(header);
        Info = JsonFile.Parse<DataSetInfo>(header.Metadata[InfoKey], path).Checked(path);
        var contents = JsonFile.Parse<PackedContent[]>(header.Metadata[ContentsKey], path);
        if (PackedAge.Difference(path, header.Metadata[InfoKey], contents) is { } difference)
            throw new UserException($"{path} was packed before {difference}; {Again}.");
        var bytes = new MappedBytes(stream, header.DataStart);
        var tensors = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        foreach (var content in contents)
            Add(content, tensors, bytes);
    }

    public string Path { get; }

    public DataSetInfo Info { get; }

    public IReadOnlyList<string> Splits => SplitOrder.Sort(splits.Keys);

    /// <summary>What to do about a file that cannot be used.</summary>
    public string Again => $"pack it again: f2net data pack {System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))}";

    public IReadOnlyList<Sample> Samples(string split) =>
        splits.TryGetValue(split, out var samples)
            ? samples
            : throw new UserException(
                $"{Path} has no {split} pictures; it has {string.Join(", ", Splits)}, so choose one of these or {Again}."
            );

    private void CheckFormat(SafetensorsHeader header)
    {
        if (
            !header.Metadata.TryGetValue(FormatKey, out var format)
            || !header.Metadata.ContainsKey(InfoKey)
            || !header.Metadata.ContainsKey(ContentsKey)
        )
            throw new UserException(
                $"{Path} is no packed data set; give the folder of a prepared data set, or what f2net data pack made of it."
            );
        if (format != Format)
            throw new UserException($"{Path} is a packed data set of the format {format}, where {Format} is read; {Again}.");
        if (header.Entries.FirstOrDefault(e => e.Type != Type) is { } other)
            throw new UserException($"{Path} stores '{other.Name}' as {other.Type}, where pictures and masks are {Type}; {Again}.");
    }

    private void Add(PackedContent content, Dictionary<string, SafetensorsEntry> tensors, MappedBytes bytes)
    {
        if (
            !tensors.TryGetValue(content.ImageTensor, out var image)
            || !tensors.TryGetValue(content.MaskTensor, out var mask)
            || mask.Shape is not [var height and > 0, var width and > 0]
            || height * width > int.MaxValue
            || !image.Shape.SequenceEqual([Picture.Channels, height, width])
        )
            throw new UserException(
                $"{Path} is damaged: it has no image and mask of one size for {content.Split}/{content.Name}; {Again}."
            );
        if (!splits.TryGetValue(content.Split, out var samples))
            splits.Add(content.Split, samples = []);
        var size = ((int)width, (int)height);
        samples.Add(
            new Sample(
                content.Name,
                new PackedSample(
                    new PackedPlanes(this, content.ImageTensor, size, bytes, image, content.ImageHash),
                    new PackedPlanes(this, content.MaskTensor, size, bytes, mask, content.MaskHash)
                ),
                Info
            )
        );
    }
}
