namespace F2Net.Weights.Pickle;

/// <summary>A Python dictionary. Only entries under text are kept: no weight has another key.</summary>
internal sealed class PickleDictionary
{
    private Dictionary<string, object?>? entries;
    private List<string>? order;

    /// <summary>The entries, in the order in which their keys first came.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Entries =>
        order is null ? [] : order.Select(key => KeyValuePair.Create(key, entries![key]));

    public object? this[string key] => entries is not null && entries.TryGetValue(key, out var value) ? value : null;

    public void Set(object? key, object? value)
    {
        if (key is not string text)
            return;
        entries ??= new(StringComparer.Ordinal);
        if (!entries.ContainsKey(text))
            (order ??= []).Add(text);
        entries[text] = value;
    }
}

/// <summary>A Python list, or a set, whose order then means nothing.</summary>
internal sealed class PickleList
{
    private List<object?>? items;

    public IReadOnlyList<object?> Items => items ?? [];

    public void Add(object? item) => (items ??= []).Add(item);

    /// <summary>Takes all items out, so that a list named again and again is gone through once.</summary>
    public IReadOnlyList<object?> Empty()
    {
        var taken = Items;
        items = null;
        return taken;
    }
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(object?[] Items)
{
    public static PickleTuple Empty { get; } = new([]);
}

/// <summary>Something that is no weight and says nothing about one: read past, with all that belongs to it.</summary>
internal sealed class PickleIgnored
{
    public static PickleIgnored Instance { get; } = new();
}

/// <summary>What a pickle refers to by a name, and what to do in place of calling it.</summary>
internal abstract record PickleGlobal(string Name)
{
    /// <returns>What stands for the result of a call; null when these arguments are none that it takes.</returns>
    public abstract object? Call(object?[] arguments);
}

/// <summary>What the names in a pickle mean to its reader.</summary>
internal interface IPickleNames
{
    /// <returns>Null for a name without a meaning here.</returns>
    PickleGlobal? Find(string name);

    /// <returns>What stands for an object that the pickle keeps elsewhere; null when the reference makes no sense.</returns>
    object? Persistent(object? reference);
}
