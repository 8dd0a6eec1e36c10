using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace F2Net.Kernel.Protocol;

/// <summary>Messages to frames and back: identities, delimiter, signature, then header, parent, metadata and content as JSON.</summary>
internal sealed class MessageCodec(string key)
{
    private const int JsonFrames = 4;

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    private readonly byte[] key = Encoding.UTF8.GetBytes(key);

    internal IReadOnlyList<byte[]> Encode(Message message)
    {
        byte[][] parts = [Json(message.Header), Json(message.ParentHeader), Json(message.Metadata), Json(message.Content)];
        return [.. message.Identities, Delimiter, Sign(parts), .. parts];
    }

    /// <exception cref="InvalidDataException">The frames are no message, or the signature is not this kernel's.</exception>
    internal Message Decode(IReadOnlyList<byte[]> frames)
    {
        var delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(Delimiter))
            delimiter++;
        if (delimiter + 1 + JsonFrames >= frames.Count)
            throw new InvalidDataException($"A message of {frames.Count} frames lacks its delimiter or some of its parts.");

        var parts = frames.Skip(delimiter + 2).Take(JsonFrames).ToArray();
        if (!CryptographicOperations.FixedTimeEquals(Sign(parts), frames[delimiter + 1]))
            throw new InvalidDataException("A message's signature does not fit the connection's key.");
        try
        {
            return new Message([.. frames.Take(delimiter)], Read(parts[0]), Read(parts[1]), Read(parts[2]), Read(parts[3]));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("A part of a message is not JSON.", e);
        }
    }

    /// <summary>The hexadecimal HMAC-SHA256 of the parts; nothing where the connection has no key.</summary>
    private byte[] Sign(byte[][] parts)
    {
        if (key.Length == 0)
            return [];
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
            hash.AppendData(part);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static byte[] Json(JsonObject part)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
            part.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonObject Read(byte[] part) =>
        JsonNode.Parse(part, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 }) as JsonObject ?? [];
}
