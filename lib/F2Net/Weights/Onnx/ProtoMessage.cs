namespace F2Net.Weights.Onnx;

/// <summary>
/// A message in protobuf's wire format (https://protobuf.dev/programming-guides/encoding): each field a tag, field number · 8 + wire type, and
/// its value. Its variable-length integers are those of BinaryWriter. Bytes are kept by reference until they are written.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0,
        Delimited = 2,
        Fixed32 = 5;

    private readonly List<ReadOnlyMemory<byte>> pieces = [];

    internal long Length { get; private set; }

    internal ProtoMessage Add(int field, long value) => Append(Head(field, Varint, w => w.Write7BitEncodedInt64(value)));

    internal ProtoMessage Add(int field, float value) => Append(Head(field, Fixed32, w => w.Write(value)));

    internal ProtoMessage Add(int field, string text) => Add(field, System.Text.Encoding.UTF8.GetBytes(text));

    internal ProtoMessage Add(int field, ReadOnlyMemory<byte> bytes) =>
        Append(Head(field, Delimited, w => w.Write7BitEncodedInt64(bytes.Length))).Append(bytes);

    internal ProtoMessage Add(int field, ProtoMessage message)
    {
        Append(Head(field, Delimited, w => w.Write7BitEncodedInt64(message.Length)));
        foreach (var piece in message.pieces)
            Append(piece);
        return this;
    }

    /// <summary>The same field as often as there are values: what protobuf calls repeated.</summary>
    internal ProtoMessage AddAll(int field, IEnumerable<long> values) =>
        values.Aggregate(this, (message, value) => message.Add(field, value));

    internal ProtoMessage AddAll(int field, IEnumerable<string> texts) =>
        texts.Aggregate(this, (message, text) => message.Add(field, text));

    internal ProtoMessage AddAll(int field, IEnumerable<ProtoMessage> messages) =>
        messages.Aggregate(this, (message, inner) => message.Add(field, inner));

    internal void WriteTo(Stream stream)
    {
        foreach (var piece in pieces)
            stream.Write(piece.Span);
    }

    private static byte[] Head(int field, int wireType, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write7BitEncodedInt((field << 3) | wireType);
        write(writer);
        return bytes.ToArray();
    }

    private ProtoMessage Append(ReadOnlyMemory<byte> piece)
    {
        pieces.Add(piece);
        Length += piece.Length;
        return this;
    }
}
