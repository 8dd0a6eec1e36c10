using System.Diagnostics;
using System.Text.Json;
using F2Net.Notebook.Studies;
using F2Net.Studies;

namespace F2Net.Tests.Notebooks;

/// <summary>The notebooks as a reader finds them: they run from top to bottom, keep to their form, and show what they made.</summary>
public sealed class NotebookTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> All => [.. Names];

    /// <summary>Those that show a table of the paper.</summary>
    public static TheoryData<string> Studies => [.. StudyNames];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Runs_from_top_to_bottom(string name)
    {
        string[] quick = Text(name).Contains("var QUICK", StringComparison.Ordinal) ? ["--set", "QUICK=true"] : [];
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "F2Net.Cli.dll"),
                "notebook",
                "run",
                Path.Combine(Folder, name),
                "--out",
                folder.Path,
                .. quick,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GOMP_SPINCOUNT"] = "10000" },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await error);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Has_cells_of_at_most_25_lines_and_prose_first(string name)
    {
        var cells = Cells(name);
        Assert.Equal("markdown", cells[0].GetProperty("cell_type").GetString());
        Assert.All(cells.Where(IsCode), c => Assert.InRange(c.GetProperty("source").GetArrayLength(), 1, 25));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Is_committed_as_one_run_left_it_with_outputs_and_without_errors(string name)
    {
        var code = Cells(name).Where(IsCode).ToArray();
        Assert.Equal(Enumerable.Range(1, code.Length), code.Select(c => c.GetProperty("execution_count").GetInt32()));
        var outputs = code.SelectMany(c => c.GetProperty("outputs").EnumerateArray()).ToArray();
        Assert.NotEmpty(outputs);
        Assert.DoesNotContain(outputs, o => o.GetProperty("output_type").GetString() == "error");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Names_no_place_on_a_machine(string name)
    {
        var checkout = Path.GetDirectoryName(Folder)!;
        var above = Path.GetDirectoryName(checkout)!; // other checkouts and their files lie there
        string[] places = [checkout + "/", .. above == "/" ? [] : new[] { above + "/" }, "/home/", "/root/", "/tmp/"];
        Assert.All(places, place => Assert.DoesNotContain(place, Text(name), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Shows_a_study_s_committed_results_and_trains_nothing(string name)
    {
        var parameters = string.Concat(Source(Cells(name).First(c => IsCode(c) && HasTag(c, "parameters"))));
        Assert.StartsWith("var Recompute = false;", parameters, StringComparison.Ordinal);
        Assert.Contains("string[] Rows = [];", parameters, StringComparison.Ordinal);
        Assert.Contains("var Seeds = new[] { 1, 2, 3 };", parameters, StringComparison.Ordinal);
        Assert.Contains("var Data = \"../data/bluemarble\";", parameters, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Ends_with_what_agrees_and_our_reading_of_why(string name)
    {
        var cells = Cells(name);
        Assert.Contains(".Reading()", string.Concat(Source(cells[^2])), StringComparison.Ordinal);
        Assert.StartsWith("## Our reading", string.Concat(Source(cells[^1])), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void Reads_the_results_as_they_are_committed_now(string name)
    {
        var cell = Cells(name)[^2];
        var tables = new StudyPage(StudyOf(name), ProjectFolder.Path("data/bluemarble"), ProjectFolder.Path("results/studies")).Tables();
        var all = string.Concat(Source(cell)).StartsWith("foreach (var table in tables)", StringComparison.Ordinal);
        Assert.True(
            tables.Take(all ? tables.Count : 1).Select(t => t.Reading().ToString()).SequenceEqual(Shown(cell)),
            $"{name} is older than results/studies: run bash notebooks/run.sh {Path.GetFileNameWithoutExtension(name)}."
        );
    }

    [Fact]
    public void Every_study_of_the_paper_has_its_notebook() =>
        Assert.Equal(
            Catalogue.Studies.Select(s => s.Name).Except(["settling"]).Order(StringComparer.Ordinal),
            StudyNames.Select(StudyOf).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_readme_names_them_all()
    {
        var readme = File.ReadAllText(ProjectFolder.Path("README.md"));
        Assert.All(Names, n => Assert.Contains($"| `{Path.GetFileNameWithoutExtension(n)}` |", readme, StringComparison.Ordinal));
    }

    private static string[] Names =>
        [.. Directory.GetFiles(Folder, "*.ipynb").Select(n => Path.GetFileName(n)).Order(StringComparer.Ordinal)];

    private static string[] StudyNames => [.. Names.Where(n => Text(n).Contains("new StudyPage(", StringComparison.Ordinal))];

    private static string StudyOf(string name) => Text(name).Split("new StudyPage(\\\"")[1].Split("\\\"")[0];

    private static IEnumerable<string> Source(JsonElement cell) => Lines(cell.GetProperty("source"));

    // Each output as text.
    private static IEnumerable<string> Shown(JsonElement cell) =>
        cell.GetProperty("outputs").EnumerateArray().Select(o => string.Concat(Lines(o.GetProperty("data").GetProperty("text/plain"))));

    private static IEnumerable<string> Lines(JsonElement text) => text.EnumerateArray().Select(l => l.GetString()!);

    private static bool HasTag(JsonElement cell, string tag) =>
        cell.GetProperty("metadata").TryGetProperty("tags", out var tags) && tags.EnumerateArray().Any(t => t.GetString() == tag);

    private static string Folder
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at!.FullName, "F2Net.slnx")))
                at = at.Parent;
            return Path.Combine(at.FullName, "notebooks");
        }
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static JsonElement[] Cells(string name) =>
        [.. JsonDocument.Parse(Text(name)).RootElement.GetProperty("cells").EnumerateArray()];

    private static bool IsCode(JsonElement cell) => cell.GetProperty("cell_type").GetString() == "code";
}
