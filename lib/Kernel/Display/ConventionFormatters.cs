using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace F2Net.Kernel.Display;

/// <summary>One formatter that a library brings along: a MIME type, and how a value is written as it.</summary>
internal sealed record ConventionFormatter(string MimeType, Func<object, TextWriter, bool> Format);

/// <summary>
/// Formatters found by .NET Interactive's convention: a type, or a base type of it, carries an attribute whose class is named
/// TypeFormatterSourceAttribute. Everything goes by name, so a library shows its values in a notebook without knowing the kernel.
/// </summary>
internal static class ConventionFormatters
{
    private const string AttributeName = "TypeFormatterSourceAttribute";
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<ConventionFormatter>> Found = new();

    internal static IReadOnlyList<ConventionFormatter> For(Type type) => Found.GetOrAdd(type, Find);

    private static IReadOnlyList<ConventionFormatter> Find(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
            if (at.GetCustomAttributes(inherit: false).FirstOrDefault(a => a.GetType().Name == AttributeName) is { } attribute)
                return Read(attribute);
        return [];
    }

    private static List<ConventionFormatter> Read(object attribute)
    {
        var source = (Type)
            Required(attribute.GetType().GetProperty("FormatterSourceType", Members), attribute, "FormatterSourceType")
                .GetValue(attribute)!;
        var preferred = attribute.GetType().GetProperty("PreferredMimeTypes", Members)?.GetValue(attribute) as string[];
        var instance = Activator.CreateInstance(source, nonPublic: true)!;
        var create = Required(source.GetMethod("CreateTypeFormatters", Members, []), instance, "CreateTypeFormatters()");
        var formatters = ((IEnumerable)create.Invoke(instance, null)!).Cast<object>().Select(Wrap).ToList();
        return preferred is { Length: > 0 } ? [.. formatters.Where(f => preferred.Contains(f.MimeType))] : formatters;
    }

    private static ConventionFormatter Wrap(object formatter)
    {
        var type = formatter.GetType();
        var mimeType = (string)Required(type.GetProperty("MimeType", Members), formatter, "MimeType").GetValue(formatter)!;
        var format = Required(
            type.GetMethod("Format", Members, [typeof(object), typeof(TextWriter)]),
            formatter,
            "bool Format(object, TextWriter)"
        );
        return new(mimeType, format.CreateDelegate<Func<object, TextWriter, bool>>(formatter));
    }

    private static T Required<T>(T? member, object owner, string name)
        where T : class =>
        member ?? throw new KernelException($"{TypeName.Of(owner.GetType())} takes part in formatting and lacks '{name}'; add it.");
}
