using System.IO.MemoryMappedFiles;

namespace F2Net.Data.Packing;

/// <summary>The bytes of a file from an offset on, mapped into memory for as long as this object is reachable.</summary>
internal sealed class MappedBytes
{
    private readonly FileStream file;
    private readonly MemoryMappedViewAccessor view;
    private readonly long start;

    /// <param name="file">Stays open; it is this object's from now on.</param>
    public MappedBytes(FileStream file, long start)
    {
        (this.file, this.start) = (file, start);
        using var mapping = MemoryMappedFile.CreateFromFile(
            file,
            null,
            0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: true
        );
        view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>Bytes where they lie; the caller keeps this object alive until after the last one.</summary>
    public unsafe ReadOnlySpan<byte> Slice(long offset, int length) =>
        new((byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + start + offset, length);

    /// <summary>Reads a stretch past the mapping, so that it need not stay in memory; a part of it at a time.</summary>
    public void Read(long begin, long end, Action<ReadOnlyMemory<byte>> part)
    {
        var buffer = new byte[Math.Min(1 << 20, end - begin)];
        while (begin < end)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - begin)), start + begin);
            if (read == 0)
                throw new EndOfStreamException();
            part(buffer.AsMemory(0, read));
            begin += read;
        }
    }
}
