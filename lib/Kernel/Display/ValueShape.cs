using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Display;

/// <summary>What kind of thing a value is for showing it: some text, a dictionary, a sequence, or named members.</summary>
internal static class ValueShape
{
    /// <summary>How many items of a sequence are looked at and shown.</summary>
    internal const int MostItems = 50;

    /// <summary>How many named members of an object are shown.</summary>
    internal const int MostMembers = 30;

    /// <summary>A dictionary's pairs, or null for anything else.</summary>
    internal static IEnumerable<(object? Key, object? Value)>? Pairs(object value)
    {
        if (value is IDictionary dictionary)
            return dictionary.Cast<object>().Select(e => e is DictionaryEntry d ? (d.Key, d.Value) : Pair(e));
        return Interfaces(value).Any(i => i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            ? ((IEnumerable)value).Cast<object>().Select(Pair)
            : null;
    }

    /// <summary>A sequence's items, a grid's rows, or null for anything else; a text is no sequence.</summary>
    internal static IEnumerable<object?>? Items(object value) =>
        value switch
        {
            string => null,
            Array { Rank: 2 } grid => Rows(grid),
            IEnumerable items => Each(items),
            _ => null,
        };

    /// <summary>The value itself, or of a query the items that are shown, computed once for all forms.</summary>
    internal static object Computed(object value) =>
        Items(value) is { } items && Count(value) is null ? Each(items.Take(MostItems + 1).ToList()) : value;

    private static IEnumerable<object?> Each(IEnumerable items)
    {
        foreach (var item in items)
        {
            Loops.Turn();
            yield return item;
        }
    }

    private static IEnumerable<object?[]> Rows(Array grid) =>
        Enumerable
            .Range(0, grid.GetLength(0))
            .Select(row => Enumerable.Range(0, grid.GetLength(1)).Select(column => grid.GetValue(row, column)).ToArray());

    /// <summary>How many items there are, where the value knows without counting.</summary>
    internal static int? Count(object value)
    {
        if (value is Array { Rank: 2 } grid)
            return grid.GetLength(0);
        if (value is ICollection collection)
            return collection.Count;
        var counted = Interfaces(value).FirstOrDefault(i => i.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>));
        return (int?)counted?.GetProperty(nameof(ICollection.Count))!.GetValue(value);
    }

    /// <summary>The public properties and fields, or the items of a tuple; nothing where the value is best shown as its own text.</summary>
    internal static IReadOnlyList<(string Name, object? Value)> Members(object value)
    {
        var type = value.GetType();
        if (value is ITuple tuple)
            return [.. Enumerable.Range(0, tuple.Length).Select(i => ($"Item{i + 1}", tuple[i]))];
        if (IsScalar(value) || TypeName.HasOwnText(type))
            return [];
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.CanRead && p.GetIndexParameters().Length == 0 && IsBoxable(p.PropertyType))
            .Select(p => (p.Name, Read(() => p.GetValue(value))));
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public)
            .Where(f => IsBoxable(f.FieldType))
            .Select(f => (f.Name, Read(() => f.GetValue(value))));
        return [.. properties.Concat(fields).Take(MostMembers)];
    }

    private static bool IsScalar(object value) =>
        value is string or IFormattable or bool or Type or Delegate or Task or Exception or Uri || value.GetType().IsPrimitive;

    private static bool IsBoxable(Type type) => !type.IsByRefLike && !type.IsByRef && !type.IsPointer && !type.IsFunctionPointer;

    /// <summary>A member whose getter fails shows what it failed with.</summary>
    private static object? Read(Func<object?> member)
    {
        try
        {
            return member();
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException;
        }
    }

    private static IEnumerable<Type> Interfaces(object value) => value.GetType().GetInterfaces().Where(i => i.IsGenericType);

    private static (object? Key, object? Value) Pair(object pair) =>
        (pair.GetType().GetProperty("Key")!.GetValue(pair), pair.GetType().GetProperty("Value")!.GetValue(pair));
}
