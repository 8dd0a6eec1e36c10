using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace F2Net.Data.Pictures;

/// <summary>A colour, 8 bits a channel; written "#RRGGBB".</summary>
[JsonConverter(typeof(RgbJson))]
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <exception cref="FormatException"><paramref name="text"/> is not "#RRGGBB".</exception>
    public static Rgb Parse(string text) =>
        text.Length == 7 && text[0] == '#' && uint.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, null, out var rgb)
            ? new Rgb((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)
            : throw new FormatException($"a colour is written \"#RRGGBB\", not \"{text}\"");

    public override string ToString() => $"#{R:X2}{G:X2}{B:X2}";
}

internal sealed class RgbJson : JsonConverter<Rgb>
{
    public override Rgb Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return Rgb.Parse(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Rgb value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
