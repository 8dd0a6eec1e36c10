using Microsoft.CodeAnalysis;

namespace F2Net.Kernel.Scripting;

/// <summary>What every cell may use: .NET itself and the kernel's functions.</summary>
internal static class FrameworkReferences
{
    /// <summary>The folder of the running shared framework.</summary>
    internal static readonly string Folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>Namespaces, and the class of functions, that need no using.</summary>
    internal static readonly string[] Usings =
    [
        "System",
        "System.Collections",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Text",
        "System.Threading",
        "System.Threading.Tasks",
        "F2Net.Kernel.Display.DisplayFunctions",
    ];

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Read = new(() =>
        [
            .. Directory
                .GetFiles(ReferencePack() ?? Folder, "*.dll")
                .Where(IsManaged)
                .Append(typeof(FrameworkReferences).Assembly.Location)
                .Select(Of),
        ]
    );

    internal static IReadOnlyList<MetadataReference> All => Read.Value;

    /// <summary>A reference with the documentation that lies beside the assembly.</summary>
    internal static PortableExecutableReference Of(string path)
    {
        var documentation = Path.ChangeExtension(path, ".xml");
        return MetadataReference.CreateFromFile(
            path,
            documentation: File.Exists(documentation) ? XmlDocumentationProvider.CreateFromFile(documentation) : null
        );
    }

    /// <summary>
    /// The SDK's reference assemblies of the running version: a tenth of the implementation's size, and with documentation.
    /// Null where only the runtime is installed.
    /// </summary>
    private static string? ReferencePack()
    {
        var packs = Path.GetFullPath(Path.Combine(Folder, "../../../packs/Microsoft.NETCore.App.Ref"));
        if (!Directory.Exists(packs))
            return null;
        var running = Environment.Version;
        return Directory
            .GetDirectories(packs, $"{running.Major}.{running.Minor}.*")
            .Select(pack => Path.Combine(pack, $"ref/net{running.Major}.{running.Minor}"))
            .LastOrDefault(Directory.Exists);
    }

    /// <summary>The shared framework's folder also holds native libraries, all of them with these beginnings.</summary>
    private static bool IsManaged(string path) =>
        Path.GetFileName(path) is var name
        && (
            name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.", StringComparison.Ordinal)
            || name is "mscorlib.dll" or "netstandard.dll" or "WindowsBase.dll"
        )
        && !name.EndsWith(".Native.dll", StringComparison.Ordinal);
}
