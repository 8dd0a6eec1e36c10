using System.Text.Json;

namespace F2Net.Evaluation.Parity;

/// <summary>
/// A case's `args` in manifest.json. It remembers which were asked for, so that a case with an argument nobody reads fails instead of passing
/// for another module than the one it means.
/// </summary>
internal sealed class ParityArguments(JsonElement arguments)
{
    private readonly HashSet<string> read = [];

    /// <exception cref="UserException">The argument is absent and has no fallback, or is no whole number.</exception>
    public long Integer(string name, long? fallback = null) => Get(name, fallback, Whole, "a whole number");

    /// <exception cref="UserException">The argument is no number.</exception>
    public double Number(string name, double fallback) => Get<double>(name, fallback, e => e.GetDouble(), "a number");

    /// <exception cref="UserException">The argument is neither true nor false.</exception>
    public bool Flag(string name, bool fallback) => Get<bool>(name, fallback, e => e.GetBoolean(), "true or false");

    /// <exception cref="UserException">The argument is absent or no text.</exception>
    public string Text(string name)
    {
        read.Add(name);
        return arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new UserException($"Its argument '{name}' should be a text.");
    }

    /// <exception cref="UserException">The argument is no list of whole numbers.</exception>
    public int[] Integers(string name, int[] fallback)
    {
        read.Add(name);
        if (!arguments.TryGetProperty(name, out var value))
            return fallback;
        try
        {
            return [.. value.EnumerateArray().Select(e => e.GetInt32())];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new UserException($"Its argument '{name}' should be a list of whole numbers but is {value.GetRawText()}.", e);
        }
    }

    /// <exception cref="UserException">The case has an argument that its kind never asked for.</exception>
    public void RefuseUnread(string kind)
    {
        foreach (var argument in arguments.EnumerateObject())
            if (!read.Contains(argument.Name))
                throw new UserException($"Its argument '{argument.Name}' is none that {kind} knows.");
    }

    // 4.0 is a whole number too: some writers of JSON put it that way.
    private static long Whole(JsonElement value) => value.TryGetInt64(out var whole) ? whole : checked((long)Exact(value.GetDouble()));

    private static double Exact(double value) => value == Math.Floor(value) ? value : throw new FormatException();

    private T Get<T>(string name, T? fallback, Func<JsonElement, T> convert, string expected)
        where T : struct
    {
        read.Add(name);
        if (!arguments.TryGetProperty(name, out var value))
            return fallback ?? throw new UserException($"Its argument '{name}' is missing.");
        try
        {
            return convert(value);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            throw new UserException($"Its argument '{name}' should be {expected} but is {value.GetRawText()}.", e);
        }
    }
}
