using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Text;

namespace F2Net.Kernel.Scripting;

/// <summary>Completion and inspection, by the services that editors use, on the cells that have run and the one being written.</summary>
internal sealed class LanguageService(CellSession session)
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly Lazy<AdhocWorkspace> workspace = new(() => new AdhocWorkspace(MefHostServices.DefaultHost));
    private readonly List<ProjectId> projects = [];

    private bool isWarm;

    /// <summary>Starts the services in the background, so that the first question is answered as fast as the later ones.</summary>
    internal void WarmUp()
    {
        if (isWarm)
            return;
        isWarm = true;
        _ = Task.Run(async () =>
        {
            await AskAsync("Console.", int.MaxValue, CompleteAsync);
            await AskAsync("Console", int.MaxValue, InspectAsync);
        });
    }

    /// <summary>The answer to a complete_request.</summary>
    internal Task<JsonObject> CompleteAsync(Message request) => AskAsync(request, CompleteAsync);

    /// <summary>The answer to an inspect_request.</summary>
    internal Task<JsonObject> InspectAsync(Message request) => AskAsync(request, InspectAsync);

    private Task<JsonObject> AskAsync(Message request, Func<Document, string, int, Task<JsonObject>> answer) =>
        AskAsync(request.Text("code"), request.Number("cursor_pos", int.MaxValue), answer);

    private async Task<JsonObject> AskAsync(string cell, int position, Func<Document, string, int, Task<JsonObject>> answer)
    {
        await gate.WaitAsync();
        try
        {
            var code = CellParts.CodeOnly(cell);
            return await answer(Open(code), code, Characters(code, position));
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<JsonObject> CompleteAsync(Document document, string code, int cursor)
    {
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, cursor);
        var typed = code[list.Span.Start..cursor];
        var items = list
            .ItemsList.Where(i => i.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(i => (Text: Inserted(i), Kind: i.Tags.FirstOrDefault()?.ToLowerInvariant() ?? ""))
            .DistinctBy(i => i.Text, StringComparer.Ordinal)
            .ToList();
        var (start, end) = (CodePoints(code, list.Span.Start), CodePoints(code, cursor));
        return new JsonObject
        {
            ["matches"] = new JsonArray([.. items.Select(i => (JsonNode)i.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray([
                    .. items.Select(i => new JsonObject
                    {
                        ["text"] = i.Text,
                        ["type"] = i.Kind,
                        ["start"] = start,
                        ["end"] = end,
                    }),
                ]),
            },
        };
    }

    private static string Inserted(CompletionItem item) => item.Properties.GetValueOrDefault("InsertionText") ?? item.DisplayText;

    private static async Task<JsonObject> InspectAsync(Document document, string code, int cursor)
    {
        var service = QuickInfoService.GetService(document)!;
        // The cursor often stands behind the name, or behind the parenthesis that follows it.
        var info = await service.GetQuickInfoAsync(document, cursor);
        for (var back = 1; info is null && back <= 2 && back <= cursor; back++)
            info = await service.GetQuickInfoAsync(document, cursor - back);
        var sections = info?.Sections.Where(s => s.Text.Length > 0).ToList() ?? [];
        var data = new JsonObject();
        if (sections.Count > 0)
        {
            data["text/plain"] = string.Join("\n\n", sections.Select(s => s.Text));
            data["text/markdown"] = string.Join(
                "\n\n",
                sections.Select(s => s.Kind == QuickInfoSectionKinds.Description ? $"```csharp\n{s.Text}\n```" : s.Text)
            );
        }

        return new JsonObject
        {
            ["found"] = sections.Count > 0,
            ["data"] = data,
            ["metadata"] = new JsonObject(),
        };
    }

    /// <summary>The cell being written, as a document on top of all that have run.</summary>
    private Document Open(string code)
    {
        var (ran, references) = session.Snapshot();
        var solution = workspace.Value.CurrentSolution;
        foreach (var cell in ran.Skip(projects.Count))
        {
            (solution, var added) = Add(solution, cell.Code, cell.References);
            projects.Add(added.ProjectId);
        }

        workspace.Value.TryApplyChanges(solution);
        (solution, var written) = Add(solution, code, references);
        return solution.GetDocument(written)!;
    }

    private (Solution, DocumentId) Add(Solution solution, string code, IReadOnlyList<MetadataReference> references)
    {
        var project = ProjectId.CreateNewId();
        var name = $"cell{projects.Count}";
        var document = DocumentId.CreateNewId(project);
        var info = ProjectInfo.Create(
            project,
            VersionStamp.Create(),
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: CellCompiler.Options.WithScriptClassName(name),
            parseOptions: CellCompiler.ParseOptions.WithDocumentationMode(DocumentationMode.Parse),
            projectReferences: projects.Count > 0 ? [new ProjectReference(projects[^1])] : [],
            metadataReferences: references,
            isSubmission: true
        );
        return (
            solution
                .AddProject(info)
                .AddDocument(
                    DocumentInfo.Create(
                        document,
                        name,
                        sourceCodeKind: SourceCodeKind.Script,
                        loader: TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create()))
                    )
                ),
            document
        );
    }

    /// <summary>Jupyter counts code points, .NET UTF-16 characters.</summary>
    private static int Characters(string text, int codePoints)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- <= 0)
                break;
            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    private static int CodePoints(string text, int characters) => text[..characters].EnumerateRunes().Count();
}
