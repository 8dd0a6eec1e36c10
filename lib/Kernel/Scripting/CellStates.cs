using System.Reflection;

namespace F2Net.Kernel.Scripting;

/// <summary>The objects of the cells run so far: a cell's variables are the fields of its object.</summary>
internal sealed class CellStates
{
    private const BindingFlags Variables = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly;

    private object?[] states = new object?[16];

    /// <summary>The array for a cell's start, with a place for one more.</summary>
    internal object?[] WithRoom()
    {
        if (states[^1] is not null || states[^2] is not null)
            Array.Resize(ref states, states.Length * 2);
        return states;
    }

    /// <summary>
    /// Gives the variables that a failed cell declares anew, and did not come to assign, the values that they had before it.
    /// </summary>
    internal void Restore()
    {
        var last = Array.FindLastIndex(states, s => s is not null);
        if (last < 1)
            return;
        foreach (var field in states[last]!.GetType().GetFields(Variables))
            if (IsUnassigned(field, states[last]!) && Earlier(field, last) is { } value)
                field.SetValue(states[last], value);
    }

    private static bool IsUnassigned(FieldInfo field, object state) =>
        field.GetValue(state) is var value
        && (value is null || (field.FieldType.IsValueType && value.Equals(Activator.CreateInstance(field.FieldType))));

    private object? Earlier(FieldInfo field, int before)
    {
        for (var i = before - 1; i > 0; i--)
            if (states[i]?.GetType().GetField(field.Name, Variables) is { } earlier)
                return earlier.FieldType == field.FieldType ? earlier.GetValue(states[i]) : null;
        return null;
    }
}
