using System.Security.Cryptography;
using F2Net.Data.Pictures;
using F2Net.Data.Statistics;
using F2Net.Weights;

namespace F2Net.Data.Packing;

/// <summary>
/// Packs a prepared folder into one safetensors file of decoded pictures in it: "SPLIT/NAME/image" (3, H, W) and "SPLIT/NAME/mask" (H, W),
/// uint8. Training maps the file into memory and needs neither GDAL nor the folder.
/// </summary>
public sealed class DataSetPacker
{
    private readonly string directory;
    private readonly DataSetInfo info;
    private readonly string infoText;
    private readonly (string Split, FolderSample Files)[] samples;

    /// <exception cref="UserException">The folder is no prepared data set, or images and masks do not pair.</exception>
    public DataSetPacker(string directory)
    {
        // Nothing is read twice, so nothing need be kept.
        var folder = new PreparedFolder(directory, cacheBytes: 0);
        (this.directory, info) = (directory, folder.Info);
        infoText = File.ReadAllText(Path.Combine(directory, DataSetInfo.FileName));
        samples = [.. folder.Splits.SelectMany(split => folder.Files(split).Select(files => (split, files)))];
        if (samples.Length == 0)
            throw new UserException($"{directory} has no picture in {PreparedFolder.Images}; there is nothing to pack.");
    }

    /// <summary>Pictures with their masks.</summary>
    public int Samples => samples.Length;

    /// <summary>Where the packed file will be.</summary>
    public string Target => Path.Combine(directory, PackedFile.FileName);

    /// <summary>
    /// Writes <see cref="Target"/>, on all cores, no more in memory than a picture each; it is there once it is whole, and an older one until then.
    /// </summary>
    /// <param name="packed">Is told how many samples are through, never two at once.</param>
    /// <exception cref="UserException">A picture or mask is faulty, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">Nothing new is left behind.</exception>
    public void Pack(Action<int>? packed = null, CancellationToken cancellation = default)
    {
        var contents = samples.Select(s => ContentOf(s.Split, s.Files)).ToArray();
        var tensors = new List<(string, string, long[])>();
        foreach (var (sample, content) in samples.Zip(contents))
        {
            cancellation.ThrowIfCancellationRequested();
            tensors.AddRange(TensorsOf(sample.Files.Size, content));
        }
        // Hashes all have one length, so the header has its final size before they are known.
        var start = Header(tensors, contents).LongLength;
        var places = SafetensorsHeader.Of(tensors, metadata: null).Entries;
        var (done, gate) = (0, new Lock());
        OutputFile.Write(
            Target,
            partial =>
            {
                using var file = File.OpenHandle(
                    partial,
                    FileMode.Create,
                    FileAccess.Write,
                    preallocationSize: start + places[^1].End // a disk that is too small says so now
                );
                InParallel.ForEach(
                    Enumerable.Range(0, samples.Length),
                    i =>
                    {
                        var files = samples[i].Files;
                        var (image, mask) = ((Picture)files.Image, (Mask)files.Mask);
                        ClassPixels.Count(mask, files.MaskPath, info);
                        RandomAccess.Write(file, image.Pixels, start + places[2 * i].Begin);
                        RandomAccess.Write(file, mask.Ids, start + places[2 * i + 1].Begin);
                        contents[i] = contents[i] with { ImageHash = Hash(image.Pixels), MaskHash = Hash(mask.Ids) };
                        lock (gate)
                            packed?.Invoke(++done);
                    },
                    cancellation
                );
                RandomAccess.Write(file, Header(tensors, contents), 0);
            }
        );
    }

    private static PackedContent ContentOf(string split, FolderSample files) =>
        new(
            split,
            files.Name,
            Path.GetFileName(files.ImagePath),
            new FileInfo(files.ImagePath).Length,
            new FileInfo(files.MaskPath).Length,
            Hash([]),
            Hash([])
        );

    private static (string, string, long[])[] TensorsOf((int Width, int Height) size, PackedContent content) =>
        [
            (content.ImageTensor, PackedFile.Type, [Picture.Channels, size.Height, size.Width]),
            (content.MaskTensor, PackedFile.Type, [size.Height, size.Width]),
        ];

    private byte[] Header(IEnumerable<(string, string, long[])> tensors, PackedContent[] contents) =>
        SafetensorsHeader
            .Of(
                tensors,
                new Dictionary<string, string>
                {
                    [PackedFile.FormatKey] = PackedFile.Format,
                    [PackedFile.InfoKey] = infoText,
                    [PackedFile.ContentsKey] = JsonFile.Line(contents),
                }
            )
            .ToBytes();

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
