using System.Text.Json.Nodes;
using F2Net.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace F2Net.Kernel.Scripting;

/// <summary>What a cell came to: the value of its last expression, where it ends in one.</summary>
internal readonly record struct CellValue(bool Exists, object? Value);

/// <summary>A piece of code that has run, with what it could refer to: what completion looks at.</summary>
internal sealed record RanCode(string Code, IReadOnlyList<MetadataReference> References);

/// <summary>The state of a notebook: everything its cells have declared, loaded and computed.</summary>
internal sealed class CellSession
{
    private readonly string unique = Guid.NewGuid().ToString("N")[..8];
    private readonly CellLoadContext loader = new();
    private readonly CellStates states = new();
    private readonly PackageRestorer packages;
    private readonly Dictionary<string, MetadataReference> added = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock gate = new();

    private IReadOnlyList<MetadataReference> references = FrameworkReferences.All;
    private IReadOnlyList<RanCode> ran = [];
    private CSharpCompilation? previous;
    private int compiled;

    internal CellSession() => packages = new PackageRestorer(loader);

    /// <summary>The code that has run, oldest first, and what the next cell can refer to. Any thread may ask.</summary>
    internal (IReadOnlyList<RanCode> Ran, IReadOnlyList<MetadataReference> References) Snapshot()
    {
        lock (gate)
            return (ran, references);
    }

    /// <summary>Compiles something small, so that the first cell finds a compiler that is awake.</summary>
    internal void WarmUp()
    {
        var cell = CellCompiler.Compile("var a = 1; $\"{a}\"", "", NextName(), null, references, loader, CancellationToken.None);
        _ = new CellStates().Start(cell.State!, cell.Initialised);
    }

    /// <summary>Runs a cell. What it declares stays, also when it fails half-way.</summary>
    /// <param name="file">What tracebacks call the code.</param>
    /// <param name="folder">Where its relative paths begin.</param>
    internal async Task<CellValue> RunAsync(string cell, string file, string folder, CancellationToken cancellation)
    {
        CellValue value = default;
        foreach (var part in CellParts.Of(cell))
        {
            cancellation.ThrowIfCancellationRequested();
            value = part switch
            {
                CodePart code => await RunCodeAsync(code.Code, file, cancellation),
                ReferencePart reference => Refer(reference.Path, folder),
                PackagePart package => await ReferToPackageAsync(package, folder, cancellation),
                ImportPart import => await ImportAsync(import.Path, folder, cancellation),
                _ => throw new ArgumentOutOfRangeException(nameof(cell)),
            };
        }

        return value;
    }

    /// <summary>The value of an expression, which leaves no trace in the session.</summary>
    internal async Task<object?> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        var cell = CellCompiler.Compile(expression, "expression", NextName(), previous, references, loader, cancellation);
        return cell.State is null ? null : await states.Copy().Start(cell.State, cell.Initialised);
    }

    private async Task<CellValue> RunCodeAsync(string code, string file, CancellationToken cancellation)
    {
        var cell = CellCompiler.Compile(code, file, NextName(), previous, references, loader, cancellation);
        lock (gate)
        {
            previous = cell.Compilation;
            ran = [.. ran, new RanCode(code, references)];
        }

        if (cell.State is null)
            return default;
        var value = await states.Start(cell.State, cell.Initialised);
        return new CellValue(cell.HasValue || value is not null, value);
    }

    private CellValue Refer(string path, string folder)
    {
        var file = Path.GetFullPath(path, folder);
        if (File.Exists(file))
            Add(file);
        else if (!File.Exists(Path.Combine(FrameworkReferences.Folder, path + ".dll")))
            throw new KernelException($"#r \"{path}\": there is no file {file}; check the path, or build the project that makes it.");
        return default;
    }

    private void Add(string assembly)
    {
        MetadataReference reference;
        try
        {
            reference = FrameworkReferences.Of(assembly);
        }
        catch (Exception e) when (e is BadImageFormatException or IOException)
        {
            throw new KernelException($"#r \"{assembly}\": the file is no .NET assembly; refer to one.", e);
        }

        loader.Add(assembly);
        Add(Path.GetFileNameWithoutExtension(assembly), reference);
    }

    /// <summary>Adds a reference; an earlier one to the same assembly, or to the same file of code, makes way.</summary>
    private void Add(string name, MetadataReference reference)
    {
        added[name] = reference;
        lock (gate)
            references = [.. FrameworkReferences.All, .. added.Values];
    }

    private async Task<CellValue> ReferToPackageAsync(PackagePart package, string folder, CancellationToken cancellation)
    {
        foreach (var assembly in await packages.RestoreAsync(package, folder, cancellation))
            Add(assembly);
        return default;
    }

    private async Task<CellValue> ImportAsync(string path, string folder, CancellationToken cancellation)
    {
        var file = Path.GetFullPath(path, folder);
        if (!File.Exists(file))
            throw new KernelException($"The file to import, {file}, does not exist; check the path.");
        var name = Path.GetFileName(file);
        var home = Path.GetDirectoryName(file)!;
        var text = await File.ReadAllTextAsync(file, cancellation);
        switch (Path.GetExtension(file).ToUpperInvariant())
        {
            case ".IPYNB":
                return await ImportNotebookAsync(text, name, home, cancellation);
            case ".CS" when HasNamespace(text):
                Add(file, CellCompiler.CompileLibrary(text, name, NextName(), references, loader, cancellation));
                return default;
            case ".CS" or ".CSX":
                await RunAsync(text, name, home, cancellation);
                return default;
            default:
                throw new KernelException($"{name} cannot be imported: only .csx, .cs and .ipynb files can.");
        }
    }

    private async Task<CellValue> ImportNotebookAsync(string text, string name, string home, CancellationToken cancellation)
    {
        var cells = JsonNode.Parse(text)?["cells"]?.AsArray() ?? [];
        for (var i = 0; i < cells.Count; i++)
            if ((string?)cells[i]!["cell_type"] == "code")
                await RunAsync(MultiLine.Join(cells[i]!["source"]), $"{name}, cell {i + 1}", home, cancellation);
        return default;
    }

    private static bool HasNamespace(string code) =>
        CSharpSyntaxTree
            .ParseText(code)
            .GetRoot()
            .DescendantNodes(n => n is CompilationUnitSyntax)
            .Any(n => n is BaseNamespaceDeclarationSyntax);

    private string NextName() => $"Cell{unique}_{++compiled}";
}
