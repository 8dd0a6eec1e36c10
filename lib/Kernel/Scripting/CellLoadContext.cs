using System.Reflection;
using System.Runtime.Loader;

namespace F2Net.Kernel.Scripting;

/// <summary>
/// Where cells and the assemblies they refer to are loaded: what a notebook asks for comes before what the kernel's own process has,
/// so the kernel's dependencies decide no version of a notebook's.
/// </summary>
internal sealed class CellLoadContext() : AssemblyLoadContext("Cells")
{
    private static readonly string Kernel = typeof(CellLoadContext).Assembly.GetName().Name!;

    private readonly Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> folders = [];
    private readonly Lock gate = new();

    /// <summary>Remembers where an assembly is, and its folder for the ones and the native libraries it needs.</summary>
    internal void Add(string path)
    {
        lock (gate)
        {
            paths[Path.GetFileNameWithoutExtension(path)] = path;
            AddFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>Remembers a folder of native libraries.</summary>
    internal void AddFolder(string folder)
    {
        lock (gate)
            if (!folders.Contains(folder))
                folders.Add(folder);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        // The kernel's functions must be those of the running kernel, and .NET is there only once.
        if (name == Kernel || File.Exists(Path.Combine(FrameworkReferences.Folder, name + ".dll")))
            return null;
        return Find(name + ".dll", paths.GetValueOrDefault(name)) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = [unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so", $"lib{unmanagedDllName}"];
        var found = names.Select(n => Find(n, null)).FirstOrDefault(p => p is not null);
        return found is null ? 0 : LoadUnmanagedDllFromPath(found);
    }

    private string? Find(string file, string? known)
    {
        lock (gate)
            return known ?? folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
    }
}
