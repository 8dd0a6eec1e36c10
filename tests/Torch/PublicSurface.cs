using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace F2Net.Tests.Torch;

/// <summary>
/// An assembly's public and protected members as lines of text, one a member, each under the type that declares it:
/// <c>TYPE :: KIND SIGNATURE</c>, parameter names, defaults, tuple names and nullability included. Two implementations of one API
/// agree exactly when their lines do.
/// </summary>
/// <remarks>Names are written short: no namespaces in signatures, and TorchSharp's everyday types without their <c>torch.</c></remarks>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Every line of <paramref name="types"/>, sorted, without those of types and members that callers cannot see.</summary>
    public static IReadOnlyList<string> Lines(IEnumerable<Type> types) =>
        [
            .. types
                .Where(IsVisible)
                .SelectMany(type => Signatures(type).Select(signature => $"{Owner(type)} :: {signature}"))
                .Order(StringComparer.Ordinal),
        ];

    private static bool IsVisible(Type type) =>
        type.IsNested
            ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
            : type.IsPublic;

    private static string Owner(Type type)
    {
        var name = type.FullName!.Replace("TorchSharp.torch+", "torch.", StringComparison.Ordinal);
        return TypeNames.Everyday.Contains(name) ? name["torch.".Length..] : name;
    }

    private static IEnumerable<string> Signatures(Type type)
    {
        yield return "#TYPE " + Declaration(type);
        foreach (var ancestor in Ancestors(type).Where(IsVisible))
            yield return "#BASE " + TypeNames.Of(ancestor);
        if (type.IsEnum)
        {
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return $"enum-member {field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            yield break;
        }
        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && Access(c) is not null))
            yield return $"ctor {Access(constructor)} {TypeNames.Of(type)}({Parameters(constructor.GetParameters())})";
        foreach (var method in type.GetMethods(Declared).Where(m => Access(m) is not null && !IsAccessor(m) && m.Name != "Finalize"))
            yield return "method " + Method(method);
        foreach (var property in type.GetProperties(Declared).Where(p => Accessors(p).Any()))
            yield return "property " + Property(property);
        foreach (var field in type.GetFields(Declared).Where(f => !f.IsSpecialName && Access(f.Attributes) is not null))
            yield return "field " + Field(field);
        foreach (var e in type.GetEvents(Declared).Where(e => Access(e.AddMethod!) is not null))
            yield return $"event {Access(e.AddMethod!)}{Modifiers(e.AddMethod!)} {TypeNames.Of(e.EventHandlerType!)} {e.Name}";
    }

    private static string Declaration(Type type)
    {
        var kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.BaseType == typeof(MulticastDelegate) ? "delegate"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        return $"{kind} {TypeNames.Of(type)}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>All that a type derives from: an API that leaves out a class in the middle still agrees with the rest.</summary>
    private static IEnumerable<Type> Ancestors(Type type)
    {
        if (type.IsEnum || type.IsValueType || type.BaseType == typeof(MulticastDelegate))
            return [];
        var classes = new List<Type>();
        for (var b = type.BaseType; b is not null && b != typeof(object); b = b.BaseType)
            classes.Add(b);
        return classes.Concat(type.GetInterfaces());
    }

    private static string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return $"{Access(method)}{Modifiers(method)} {TypeNames.Of(method.ReturnParameter)} {method.Name}{generics}"
            + $"({extension}{Parameters(method.GetParameters())})"
            + Constraints(method.IsGenericMethod ? method.GetGenericArguments() : []);
    }

    private static string Property(PropertyInfo property)
    {
        var accessor = Accessors(property).First();
        var index = IndexParameters(property);
        var name = index.Length > 0 ? $"this[{Parameters(index)}]" : property.Name;
        var get = property.GetMethod is { } g && Access(g) is not null ? " get;" : "";
        var set = property.SetMethod is { } s && Access(s) is not null ? " set;" : "";
        return $"{Access(accessor)}{Modifiers(accessor)} {TypeNames.Of(property)} {name} {{{get}{set} }}";
    }

    // The getter's own: reflection cannot tell the nullability of a property's index parameters in a generic type.
    private static ParameterInfo[] IndexParameters(PropertyInfo property) =>
        property.GetMethod?.GetParameters() ?? property.GetIndexParameters();

    private static string Field(FieldInfo field)
    {
        var modifiers =
            field.IsLiteral ? " const"
            : field.IsStatic
                ? field.IsInitOnly ? " static readonly"
                    : " static"
            : field.IsInitOnly ? " readonly"
            : "";
        var value = field.IsLiteral ? $" = {Value(field.FieldType, field.GetRawConstantValue())}" : "";
        return $"{Access(field.Attributes)}{modifiers} {TypeNames.Of(field)} {field.Name}{value}";
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var how =
            parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef
                ? parameter.IsIn ? "in "
                    : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params "
            : "";
        var value = parameter.HasDefaultValue ? $" = {Value(parameter.ParameterType, parameter.RawDefaultValue)}" : "";
        return $"{how}{TypeNames.Of(parameter)} {parameter.Name}{value}";
    }

    private static string Value(Type type, object? value) =>
        value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            bool b => b ? "true" : "false",
            string s => $"\"{s}\"",
            _ when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } e => $"{e.Name}.{Enum.ToObject(e, value)}",
            double d when double.IsInteger(d) && Math.Abs(d) < 1e15 => d.ToString("0.0", CultureInfo.InvariantCulture),
            float f => f.ToString(CultureInfo.InvariantCulture) + "f",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Select(Constraint));

    private static string Constraint(Type argument)
    {
        if (!argument.IsGenericParameter)
            return "";
        var attributes = argument.GenericParameterAttributes;
        var parts = new List<string>();
        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            parts.Add("struct");
        else if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            parts.Add("class");
        parts.AddRange(argument.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(c => TypeNames.Of(c)));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !parts.Contains("struct"))
            parts.Add("new()");
        return parts.Count > 0 ? $" where {argument.Name} : {string.Join(", ", parts)}" : "";
    }

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && method.Name.Split('_')[0] is "get" or "set" or "add" or "remove";

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        property.GetAccessors(nonPublic: true).Where(a => Access(a) is not null).OrderByDescending(a => a.IsPublic);

    private static string? Access(MethodBase method) =>
        Access((FieldAttributes)((int)method.Attributes & (int)MethodAttributes.MemberAccessMask));

    private static string? Access(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) switch
        {
            FieldAttributes.Public => "public",
            FieldAttributes.Family or FieldAttributes.FamORAssem => "protected",
            _ => null,
        };

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
            return " static";
        if (method.IsAbstract)
            return method.DeclaringType!.IsInterface ? "" : " abstract";
        if (method.IsVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot))
            return " override";
        return method.IsVirtual && !method.IsFinal ? " virtual" : "";
    }
}
