using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace F2Net.Weights.Pickle;

/// <summary>A pickle's bytes, read one argument at a time and never past their end.</summary>
internal sealed class PickleInput(string path, byte[] bytes, int start)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The place of the next byte.</summary>
    public int Position { get; private set; } = start;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A length of eight bytes.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public void Skip(long count) => Take(count);

    public string Text(long length) => Decoded(Take(length)) ?? throw Damaged("a text in it is not UTF-8");

    /// <summary>What Python 2 wrote for text and bytes alike; null for bytes that are no text.</summary>
    public string? TextOrBytes(long length) => Decoded(Take(length));

    /// <summary>Bytes up to a line feed, which is read and left out.</summary>
    public string Line()
    {
        var length = bytes.AsSpan(Position).IndexOf((byte)'\n');
        if (length < 0)
            throw EndsIn("line");
        var line = Text(length);
        Position++;
        return line;
    }

    /// <summary>A whole number of up to eight bytes, little-endian, two's complement; null for a longer one.</summary>
    public object? Integer(long length)
    {
        var digits = Take(length);
        if (length > 8)
            return null;
        Span<byte> wide = stackalloc byte[8];
        wide.Fill(length > 0 && (digits[^1] & 0x80) != 0 ? (byte)0xFF : (byte)0);
        digits.CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    /// <summary>A decimal number on a line, as the oldest protocol writes it; null when it does not fit 64 bits.</summary>
    public object? DecimalLine() =>
        long.TryParse(Line().TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public double DoubleLine() =>
        double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Damaged("a number in it is none");

    public UserException Damaged(string why) => new($"{path} is damaged: {why}; copy or download it again.");

    private static string? Decoded(ReadOnlySpan<byte> text)
    {
        try
        {
            return Utf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private PickleEndException EndsIn(string what) =>
        new($"{path} is damaged: its pickle ends in the middle of a {what}; copy or download it again.");

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - Position)
            throw EndsIn("value");
        var taken = bytes.AsSpan(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}

/// <summary>A pickle's bytes end before it does.</summary>
internal sealed class PickleEndException(string message) : UserException(message);
