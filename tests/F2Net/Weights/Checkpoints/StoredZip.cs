using System.Text;

namespace F2Net.Tests.Weights.Checkpoints;

/// <summary>Writes zips without compression, as PyTorch does; with zip64 records throughout where asked for.</summary>
internal static class StoredZip
{
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Content)> files, bool zip64 = false)
    {
        var zip = new MemoryStream();
        var writer = new BinaryWriter(zip);
        var places = new List<long>();
        foreach (var (name, content) in files)
        {
            places.Add(zip.Position);
            writer.Write(0x04034b50);
            Common(writer, name, content, zip64 ? 20 : 0, zip64);
            writer.Write(Encoding.UTF8.GetBytes(name));
            if (zip64)
                Sizes(writer, content, null);
            writer.Write(content);
        }

        var directory = zip.Position;
        foreach (var ((name, content), place) in files.Zip(places))
        {
            writer.Write(0x02014b50);
            writer.Write((short)45);
            Common(writer, name, content, zip64 ? 28 : 0, zip64);
            writer.Write(new byte[10]);
            writer.Write(zip64 ? uint.MaxValue : (uint)place);
            writer.Write(Encoding.UTF8.GetBytes(name));
            if (zip64)
                Sizes(writer, content, place);
        }

        var end = zip.Position;
        if (zip64)
            End64(writer, files.Count, directory, end);
        writer.Write(0x06054b50);
        writer.Write(0);
        var count = zip64 ? ushort.MaxValue : (ushort)files.Count;
        writer.Write(count);
        writer.Write(count);
        writer.Write(zip64 ? uint.MaxValue : (uint)(end - directory));
        writer.Write(zip64 ? uint.MaxValue : (uint)directory);
        writer.Write((short)0);
        return zip.ToArray();
    }

    private static void Common(BinaryWriter writer, string name, byte[] content, int extra, bool zip64)
    {
        writer.Write((short)45); // version, flags, method, time, date
        writer.Write(new byte[8]);
        writer.Write(Crc32(content));
        writer.Write(zip64 ? uint.MaxValue : (uint)content.Length);
        writer.Write(zip64 ? uint.MaxValue : (uint)content.Length);
        writer.Write((short)Encoding.UTF8.GetByteCount(name));
        writer.Write((short)extra);
    }

    private static void Sizes(BinaryWriter writer, byte[] content, long? place)
    {
        writer.Write((short)1);
        writer.Write((short)(place is null ? 16 : 24));
        writer.Write(content.LongLength);
        writer.Write(content.LongLength);
        if (place is { } at)
            writer.Write(at);
    }

    private static void End64(BinaryWriter writer, int count, long directory, long end)
    {
        writer.Write(0x06064b50);
        writer.Write(44L);
        writer.Write((short)45);
        writer.Write((short)45);
        writer.Write(0L);
        writer.Write((long)count);
        writer.Write((long)count);
        writer.Write(end - directory);
        writer.Write(directory);
        writer.Write(0x07064b50);
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
    }

    private static uint Crc32(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var b in content)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
