using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace F2Net.Kernel.Scripting;

/// <summary>The compiler said no.</summary>
internal sealed class CompilationFailedException(IReadOnlyList<Diagnostic> errors) : Exception(errors[0].GetMessage())
{
    internal IReadOnlyList<Diagnostic> Errors { get; } = errors;
}

/// <summary>A compiled cell, loaded and not yet run.</summary>
/// <param name="State">The class of the cell's object, whose fields are its variables; null where nothing is to run.</param>
/// <param name="Initialised">The variables that the code declares with a value.</param>
internal sealed record CompiledCell(CSharpCompilation Compilation, Type? State, IReadOnlySet<string> Initialised, bool HasValue);

/// <summary>C# to loaded code, each cell on top of the ones before it.</summary>
internal static class CellCompiler
{
    internal static readonly string LanguageVersion = Microsoft
        .CodeAnalysis.CSharp.LanguageVersion.Latest.MapSpecifiedToEffectiveVersion()
        .ToDisplayString();

    internal static readonly CSharpParseOptions ParseOptions = new(
        Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest,
        DocumentationMode.None,
        SourceCodeKind.Script
    );

    // Optimised: loops over pixels in a cell run as fast as in the library, and line numbers are exact to the statement all the same.
    internal static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        usings: FrameworkReferences.Usings,
        optimizationLevel: OptimizationLevel.Release,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Annotations
    );

    private static readonly EmitOptions Emitted = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    /// <param name="file">What tracebacks call the code: 'Cell [3]', or a file.</param>
    /// <exception cref="CompilationFailedException">The code has errors.</exception>
    internal static CompiledCell Compile(
        string code,
        string file,
        string name,
        CSharpCompilation? previous,
        IEnumerable<MetadataReference> references,
        CellLoadContext loader,
        CancellationToken cancellation
    )
    {
        var written = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, file, cancellation);
        var tree = LoopRewriter.Rewrite(written, name);
        var compilation = CSharpCompilation.CreateScriptCompilation(name, tree, references, Options.WithScriptClassName(name), previous);
        Assembly? assembly;
        try
        {
            assembly = Load(compilation, loader, cancellation);
        }
        catch (CompilationFailedException) when (tree != written)
        {
            // The errors, and where they are, of what the user wrote.
            compilation = compilation.ReplaceSyntaxTree(tree, written);
            (tree, assembly) = (written, Load(compilation, loader, cancellation));
        }

        var state = compilation.GetEntryPoint(cancellation) is { } entry ? assembly?.GetType(entry.ContainingType.MetadataName) : null;
        return new CompiledCell(compilation, state, Initialised(tree), HasValue(compilation, tree));
    }

    /// <summary>Compiles a file of namespaces and types, which later cells can use, and returns the assembly to refer to.</summary>
    internal static MetadataReference CompileLibrary(
        string code,
        string file,
        string name,
        IEnumerable<MetadataReference> references,
        CellLoadContext loader,
        CancellationToken cancellation
    )
    {
        // The file stands in a project elsewhere: it gets the usings that a project gives.
        var usings = string.Concat(
            FrameworkReferences.Usings.Where(u => !u.StartsWith("F2Net", StringComparison.Ordinal)).Select(u => $"global using {u};\n")
        );
        var parse = ParseOptions.WithKind(SourceCodeKind.Regular);
        var compilation = CSharpCompilation.Create(
            name,
            [
                CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), parse, file, cancellation),
                CSharpSyntaxTree.ParseText(SourceText.From(usings, Encoding.UTF8), parse, "usings", cancellation),
            ],
            references,
            Options.WithUsings()
        );
        _ = Load(compilation, loader, cancellation);
        return compilation.ToMetadataReference();
    }

    /// <summary>Null for code that leaves nothing to load, such as usings alone.</summary>
    private static Assembly? Load(CSharpCompilation compilation, CellLoadContext loader, CancellationToken cancellation)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(assembly, symbols, options: Emitted, cancellationToken: cancellation);
        var errors = emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new CompilationFailedException(errors);
        if (!emitted.Success)
            return null;
        assembly.Position = symbols.Position = 0;
        return loader.LoadFromStream(assembly, symbols);
    }

    private static HashSet<string> Initialised(SyntaxTree tree)
    {
        var members = ((CompilationUnitSyntax)tree.GetRoot()).Members;
        var variables = members
            .OfType<FieldDeclarationSyntax>()
            .SelectMany(f => f.Declaration.Variables)
            .Where(v => v.Initializer is not null)
            .Select(v => v.Identifier);
        // var (a, b) = …
        var parts = members
            .OfType<GlobalStatementSyntax>()
            .Select(s => ((s.Statement as ExpressionStatementSyntax)?.Expression as AssignmentExpressionSyntax)?.Left)
            .OfType<ExpressionSyntax>()
            .SelectMany(left => left.DescendantNodes().OfType<SingleVariableDesignationSyntax>())
            .Select(d => d.Identifier);
        return variables.Concat(parts).Select(name => name.ValueText).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whether a cell ends in an expression to show: one without a semicolon, of a type that has values.</summary>
    private static bool HasValue(CSharpCompilation compilation, SyntaxTree tree) =>
        tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax last }] }
        && last.SemicolonToken.IsMissing
        && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void };
}
