using System.IO.Compression;
using System.Text;

namespace F2Net.Weights.Checkpoints;

/// <summary>
/// PyTorch's file since 1.6: an uncompressed zip whose one folder holds data.pkl and, under data/, a file for each storage.
/// </summary>
internal sealed class ZipCheckpoint : IStorages
{
    private readonly string path,
        folder;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    /// <summary>Takes the stream over.</summary>
    /// <exception cref="UserException">It is no such zip, or is truncated or damaged.</exception>
    public ZipCheckpoint(string path, Stream stream)
    {
        this.path = path;
        archive = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read));
        var bytes = 0L;
        foreach (var entry in Guarded(() => archive.Entries))
        {
            if (entry.CompressedLength != entry.Length || entry.Length < 0)
                throw new UserException($"{path} is a compressed zip, which torch.save does not write; unpack it, or save it again.");
            // Entries that share bytes could otherwise make a small file large in memory.
            bytes += entry.Length;
            if (bytes > stream.Length)
                throw Damaged("the files in it are larger than it is");
            entries[entry.FullName] = entry;
        }
        if (entries.Keys.FirstOrDefault(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)) is not { } pickle)
            throw new UserException($"{path} is a zip without a data.pkl, so no file of torch.save; check that the path is right.");
        folder = pickle[..^"data.pkl".Length];
        if (entries.Keys.Any(name => name.StartsWith(folder + "code/", StringComparison.Ordinal)))
            throw new UserException(
                $"{path} is a TorchScript program, which is code and is not run here; in PyTorch, save the weights alone: torch.save(torch.jit.load('{Path.GetFileName(path)}').state_dict(), 'weights.pth')."
            );
        if (entries.TryGetValue(folder + "byteorder", out var order) && Encoding.UTF8.GetString(Bytes(order, 16)) == "big")
            throw new UserException($"{path} was written on a big-endian machine; save it again on a little-endian one.");
    }

    /// <summary>The pickle.</summary>
    /// <exception cref="UserException">It has more bytes than <paramref name="most"/>.</exception>
    public byte[] Pickle(long most) => Bytes(entries[folder + "data.pkl"], most);

    public void Read(string key, Span<byte> bytes)
    {
        if (!entries.TryGetValue($"{folder}data/{key}", out var entry))
            throw Truncated($"its storage '{key}' is missing");
        if (entry.Length < bytes.Length)
            throw Truncated($"its storage '{key}' has {entry.Length} bytes instead of {bytes.Length}");
        Fill(entry, bytes);
    }

    public void Dispose() => archive.Dispose();

    private byte[] Bytes(ZipArchiveEntry entry, long most)
    {
        if (entry.Length > most)
            throw TorchCheckpoint.TooLarge(path, $"{entry.Length} bytes in {entry.Name}");
        var bytes = new byte[entry.Length];
        Fill(entry, bytes);
        return bytes;
    }

    private void Fill(ZipArchiveEntry entry, Span<byte> bytes)
    {
        try
        {
            using var content = entry.Open();
            content.ReadExactly(bytes);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Truncated($"{entry.FullName} in it cannot be read", e);
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Truncated("its zip directory is not there or makes no sense", e);
        }
    }

    // What System.IO.Compression throws at bytes that are no zip.
    private static bool IsDamage(Exception e) =>
        e is InvalidDataException or IOException or ArgumentException or OverflowException or NotSupportedException;

    private UserException Truncated(string why, Exception? cause = null) =>
        new($"{path} is truncated or damaged: {why}; copy or download it again.", cause);

    private UserException Damaged(string why) => new($"{path} is damaged: {why}; copy or download it again.");
}
