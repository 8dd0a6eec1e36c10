using System.Reflection;
using System.Runtime.CompilerServices;

namespace F2Net.Tests.Torch;

/// <summary>
/// C#'s way of writing a type: <c>long[]?</c>, <c>IList&lt;Tensor&gt;</c>, <c>(Tensor, Tensor){values,indices}</c> (tuple names
/// follow the whole type in braces, as the compiler keeps them for a whole signature).
/// </summary>
internal static class TypeNames
{
    /// <summary>Types of TorchSharp's <c>torch</c> class that everybody writes without it.</summary>
    public static readonly IReadOnlySet<string> Everyday = new HashSet<string>(StringComparer.Ordinal)
    {
        "torch.Tensor",
        "torch.Device",
        "torch.ScalarType",
        "torch.TensorIndex",
    };

    private static readonly Dictionary<Type, string> keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    private static readonly NullabilityInfoContext nullability = new();

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, nullability.Create(parameter)) + Names(parameter);

    public static string Of(PropertyInfo property) => Of(property.PropertyType, nullability.Create(property)) + Names(property);

    public static string Of(FieldInfo field) => Of(field.FieldType, nullability.Create(field)) + Names(field);

    /// <param name="type">The type.</param>
    /// <param name="info">What the compiler noted about null; it is written for the whole type, not for its arguments or elements.</param>
    public static string Of(Type type, NullabilityInfo? info = null)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, info);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value) + "?";
        var name =
            type.IsArray ? $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
            : type.IsPointer ? $"{Of(type.GetElementType()!)}*"
            : type.IsGenericParameter ? type.Name
            : keywords.TryGetValue(type, out var keyword) ? keyword
            : Named(type);
        return info?.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter ? name + "?" : name;
    }

    private static string Named(Type type)
    {
        var arguments = type.GetGenericArguments().Select(argument => Of(argument)).ToArray();
        if (
            type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
            ?? (type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        )
            return $"({string.Join(", ", arguments)})";

        // A nested type repeats its outer types' arguments: each level writes those that it adds.
        var levels = new List<string>();
        var used = 0;
        foreach (var level in Chain(type))
        {
            var count = level.GetGenericArguments().Length - used;
            var own = count > 0 ? $"<{string.Join(", ", arguments.Skip(used).Take(count))}>" : "";
            levels.Add(level.Name.Split('`')[0] + own);
            used += Math.Max(count, 0);
        }
        var name = string.Join(".", levels);
        return Everyday.Contains(name) ? name["torch.".Length..] : name;
    }

    private static IEnumerable<Type> Chain(Type type) => type.IsNested ? Chain(type.DeclaringType!).Append(type) : [type];

    private static string Names(ICustomAttributeProvider member) =>
        member.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false)
            is [TupleElementNamesAttribute { TransformNames: var names }]
            ? $"{{{string.Join(",", names)}}}"
            : "";
}
