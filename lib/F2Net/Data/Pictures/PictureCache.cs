namespace F2Net.Data.Pictures;

/// <summary>
/// Keeps what was decoded last: once all of it together is larger than a number of bytes, what was longest not asked for goes, down to
/// one picture at the least. Any thread may ask; what two ask for at once is decoded once.
/// </summary>
internal sealed class PictureCache(long mostBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new(); // the last asked for stands first
    private long bytes;

    /// <summary>A data set's share: a quarter of the memory that the process may have.</summary>
    public static long Share => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>What is kept of a file, else what <paramref name="decode"/> makes of it; a failure is not kept.</summary>
    /// <param name="size">Bytes that it has decoded.</param>
    public IPixelPlanes Get(string path, long size, Func<IPixelPlanes> decode)
    {
        var entry = Enter(path, size, decode);
        try
        {
            return entry.Planes.Value;
        }
        catch
        {
            Remove(entry);
            throw;
        }
    }

    private Entry Enter(string path, long size, Func<IPixelPlanes> decode)
    {
        lock (gate)
        {
            if (entries.TryGetValue(path, out var node))
                byUse.Remove(node);
            else
            {
                entries.Add(path, node = new(new Entry(path, size, new Lazy<IPixelPlanes>(decode))));
                bytes += size;
            }
            byUse.AddFirst(node);
            while (bytes > mostBytes && byUse.Count > 1)
                Drop(byUse.Last!);
            return node.Value;
        }
    }

    private void Remove(Entry entry)
    {
        lock (gate)
            if (entries.TryGetValue(entry.Path, out var node) && node.Value == entry)
                Drop(node);
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        entries.Remove(node.Value.Path);
        bytes -= node.Value.Size;
    }

    private sealed record Entry(string Path, long Size, Lazy<IPixelPlanes> Planes);
}
