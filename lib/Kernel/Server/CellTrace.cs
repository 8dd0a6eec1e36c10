using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using F2Net.Kernel.Display;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Server;

/// <summary>Stack traces that begin where the cell's code begins and name places by line and column.</summary>
internal static class CellTrace
{
    private const string TopLevel = "<Initialize>";

    /// <param name="onlyCells">Leave out what happened in libraries.</param>
    internal static IEnumerable<string> Of(Exception failure, bool onlyCells)
    {
        foreach (var frame in new StackTrace(failure, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is not { } method || IsMachinery(method))
                continue;
            var isCell =
                method.Module.Assembly is { IsDynamic: false } assembly
                && assembly.Location.Length == 0
                && AssemblyLoadContext.GetLoadContext(assembly) is CellLoadContext;
            var name = Name(method);
            if (isCell || !onlyCells)
                yield return "   at " + (isCell && name == TopLevel ? Place(frame) : $"{Signature(method, name, isCell)}{In(frame)}");
            if (isCell && name == TopLevel)
                yield break;
        }
    }

    private static string In(StackFrame frame) => frame.GetFileName() is null ? "" : " in " + Place(frame);

    /// <summary>The file's name alone: where a library was built is nobody's business here.</summary>
    private static string Place(StackFrame frame) =>
        frame.GetFileName() is { } file && frame.GetFileLineNumber() is var line
            ? $"{Path.GetFileName(file)}, line {line}, column {LoopRewriter.Column(AssemblyOf(frame), line, frame.GetFileColumnNumber())}"
            : "the cell";

    private static string AssemblyOf(StackFrame frame) => frame.GetMethod()?.Module.Assembly.GetName().Name ?? "";

    /// <summary>A method's name as the source has it, also where the compiler made a state machine or a closure of it.</summary>
    private static string Name(MethodBase method)
    {
        var generated = method.Name == "MoveNext" ? method.DeclaringType!.Name : method.Name;
        var (open, close) = (
            generated.StartsWith("<<", StringComparison.Ordinal) ? 1 : 0,
            generated.IndexOf('>', StringComparison.Ordinal)
        );
        if (!generated.StartsWith('<') || close < 0)
            return method.Name;
        var name = generated[(open + 1)..close];
        return name == "Initialize" ? TopLevel : name;
    }

    private static string Signature(MethodBase method, string name, bool isCell)
    {
        var parameters =
            name == method.Name ? string.Join(", ", method.GetParameters().Select(p => $"{TypeName.Of(p.ParameterType)} {p.Name}")) : "…";
        var type = method.DeclaringType;
        while (type is not null && type.Name.StartsWith('<'))
            type = type.DeclaringType;
        var isFunction = isCell && type?.DeclaringType is null;
        return isFunction || type is null ? $"{name}({parameters})" : $"{type.FullName?.Replace('+', '.')}.{name}({parameters})";
    }

    private static bool IsMachinery(MethodBase method) =>
        method.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
        || method.DeclaringType is { } type
            && (
                type.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
                || type.Namespace == typeof(TaskAwaiter).Namespace
                || type.FullName == "System.Runtime.ExceptionServices.ExceptionDispatchInfo"
            );
}
