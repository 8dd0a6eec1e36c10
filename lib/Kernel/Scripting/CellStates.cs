using System.Reflection;

namespace F2Net.Kernel.Scripting;

/// <summary>The objects of the cells run so far: a cell's variables are the fields of its object.</summary>
internal sealed class CellStates
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private object?[] states = new object?[16];

    internal CellStates Copy() => new() { states = [.. states] };

    /// <summary>
    /// Starts a cell. A variable that it declares anew has its earlier value until the cell assigns it: one that fails before that, or
    /// is interrupted, takes nothing away.
    /// </summary>
    /// <param name="cell">The class of its object.</param>
    /// <param name="initialised">The variables that it declares with a value; all else begins with none.</param>
    internal Task<object?> Start(Type cell, IReadOnlySet<string> initialised)
    {
        if (states[^1] is not null || states[^2] is not null)
            Array.Resize(ref states, states.Length * 2);
        var before = Array.FindLastIndex(states, s => s is not null);
        // What the compiler's own entry point does, cut in two: the object finds its place among the states, then its code runs.
        var state = Activator.CreateInstance(cell, Members, null, [states], null)!;
        foreach (var field in cell.GetFields(Members).Where(f => initialised.Contains(f.Name)))
            if (Earlier(field, before) is { } value)
                field.SetValue(state, value);
        return cell.GetMethod("<Initialize>", Members)!.CreateDelegate<Func<Task<object?>>>(state)();
    }

    private object? Earlier(FieldInfo field, int last)
    {
        for (var i = last; i > 0; i--)
            if (states[i]?.GetType().GetField(field.Name, Members) is { } earlier)
                return earlier.FieldType == field.FieldType ? earlier.GetValue(states[i]) : null;
        return null;
    }
}
