using System.Text.Json;
using System.Text.Json.Serialization;

namespace F2Net;

/// <summary>Records as JSON files: camelCase, indented, comments allowed, unknown and missing keys refused.</summary>
public static class JsonFile
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        };

    private static readonly JsonSerializerOptions oneLine = new(Options) { WriteIndented = false };

    /// <exception cref="UserException">The file is missing, is no JSON, or has an unknown, missing or ill-typed key.</exception>
    public static T Read<T>(string path) => Parse<T>(Text(path), path);

    /// <summary>A file's text, whatever it is.</summary>
    /// <exception cref="UserException">The file is missing or cannot be read.</exception>
    internal static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read; check the path.", e);
        }
    }

    /// <param name="path">The file that the text comes from: for the messages only.</param>
    /// <exception cref="UserException">It is no JSON, or has an unknown, missing or ill-typed key.</exception>
    public static T Parse<T>(string text, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e)
        {
            throw new UserException($"{path}: {Reason(e)}; correct the file.", e);
        }
    }

    /// <exception cref="UserException">The folder cannot be written to, or the disk is full.</exception>
    public static void Write<T>(string path, T value) =>
        OutputFile.Write(path, partial => File.WriteAllText(partial, JsonSerializer.Serialize(value, Options) + "\n"));

    /// <summary>A value on one line: a record of a .jsonl file.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, oneLine);

    /// <summary>Whether two values would be the same file. Records compare lists by reference; this compares what they say.</summary>
    public static bool Same<T>(T a, T b) => JsonSerializer.Serialize(a, Options) == JsonSerializer.Serialize(b, Options);

    private static string Reason(JsonException e)
    {
        // System.Text.Json names .NET types to the reader; the key and the line are what a person can use.
        if (
            e.Message.StartsWith("The JSON property '", StringComparison.Ordinal)
            && e.Message.Contains("could not be mapped", StringComparison.Ordinal)
        )
            return $"unknown key \"{e.Message.Split('\'')[1]}\"";
        if (e.Message.Contains("missing required properties including: ", StringComparison.Ordinal))
            return $"no value for {e.Message.Split("including: ")[1].TrimEnd('.').Replace('\'', '"')}";
        var where = e.LineNumber is { } line ? $"line {line + 1}{(e.Path is { Length: > 2 } key ? $" ({key[2..]})" : "")} " : "";
        return e.InnerException is FormatException ? where + e.InnerException.Message : where + "is not what is expected there";
    }
}
