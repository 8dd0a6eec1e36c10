using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace F2Net.Tests.Browser;

/// <summary>
/// A reader's browser (Debian's chromium) on Debian's Jupyter Notebook. What it showed lies in .artifacts/test-results/browser.
/// </summary>
public sealed class JupyterNotebookTests
{
    private const string Chromium = "/usr/bin/chromium";

    private const int SetUp = 0,
        Chart = 1,
        Progress = 2,
        Waiting = 3,
        Later = 4,
        Empty = 5;

    private static readonly string[] Cells =
    [
        $"""
            #r "{AppContext.BaseDirectory}F2Net.dll"
            #r "{AppContext.BaseDirectory}F2Net.Notebook.dll"
            using F2Net.Notebook.Charts;
            using F2Net.Notebook.Progress;
            var kept = 41;
            """,
        """Chart.Lines("Squares", "n", "n²", [new Series("n²", [1, 2, 3, 4], [1, 4, 9, 16])])""",
        """
            var bar = new ProgressBar("Counting", 10);
            var shown = display(bar);
            while (bar.Done < bar.Total)
            {
                await Task.Delay(400);
                bar.Done++;
                shown.Update(bar);
            }
            """,
        """
            Console.WriteLine("waiting");
            await Task.Delay(TimeSpan.FromMinutes(10));
            """,
        "kept + 1",
        "",
    ];

    private static readonly string Pictures = ProjectFolder.Path(".artifacts/test-results/browser");

    [Fact]
    public async Task A_reader_runs_a_notebook_sees_it_move_stops_it_and_is_helped_to_write()
    {
        foreach (var program in new[] { Chromium, JupyterServer.Program })
            Assert.True(File.Exists(program), $"There is no {program}: run 'bash .devcontainer/setup.sh --tests'.");
        Directory.CreateDirectory(Pictures);
        SetDefaultExpectTimeout(20_000);

        using var jupyter = new JupyterServer();
        WriteNotebook(Path.Combine(jupyter.Folder, "reader.ipynb"));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(LaunchOptions);
        var page = await browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1100, Height = 900 },
            }
        );
        await jupyter.IsReady();
        var notebook = new NotebookPage(page);
        await notebook.Open($"{jupyter.Address}/notebooks/reader.ipynb");

        await notebook.Start(SetUp);
        await notebook.IsDone(SetUp);

        await notebook.Start(Chart);
        await notebook.IsDone(Chart);
        var plot = notebook.Cell(Chart).Locator(".output_html");
        await Expect(plot.Locator("svg.main-svg").First).ToBeVisibleAsync();
        await Expect(plot.Locator("svg.main-svg .scatterlayer path.js-line")).ToBeVisibleAsync();
        await Photograph(notebook, Chart, "chart");

        await notebook.Start(Progress);
        var bar = notebook.Cell(Progress).Locator(".output_html");
        await Expect(bar).ToContainTextAsync("of 10");
        var first = await bar.TextContentAsync();
        await Expect(bar).Not.ToHaveTextAsync(first!);
        await Photograph(notebook, Progress, "progress");
        await notebook.IsDone(Progress);
        await Expect(bar).ToContainTextAsync("10 of 10, 100 %");
        Assert.DoesNotContain("100 %", first, StringComparison.Ordinal);

        await notebook.Start(Waiting);
        await Expect(notebook.Cell(Waiting).Locator(".output_stdout")).ToHaveTextAsync("waiting");
        var latency = Stopwatch.StartNew();
        await notebook.Interrupt();
        await notebook.IsDone(Waiting);
        latency.Stop();
        await Expect(notebook.Cell(Waiting).Locator(".output_error")).ToHaveTextAsync("The cell was interrupted.");
        await notebook.Start(Later);
        await Expect(notebook.Cell(Later).Locator(".output_result")).ToHaveTextAsync("42");
        await Photograph(notebook, Later, "interrupt");
        Assert.True(latency.Elapsed < TimeSpan.FromSeconds(10), $"The cell went on for {latency.Elapsed.TotalSeconds:F1} s.");

        await notebook.Type(Empty, "Math.");
        await notebook.Press("Tab");
        await Expect(notebook.Completions).ToBeVisibleAsync();
        await Expect(notebook.Completions.Locator("option").GetByText("Sqrt", new() { Exact = true })).ToHaveCountAsync(1);
        await Photograph(notebook, Empty, "completion");
        Console.WriteLine($"Interrupted after {latency.Elapsed.TotalSeconds:F2} s, seen from the browser.");
    }

    private static BrowserTypeLaunchOptions LaunchOptions =>
        new()
        {
            ExecutablePath = Chromium,
            Args =
            [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        };

    private static Task Photograph(NotebookPage notebook, int cell, string name) =>
        notebook.Photograph(cell, Path.Combine(Pictures, name + ".png"));

    private static void WriteNotebook(string file) =>
        File.WriteAllText(
            file,
            JsonSerializer.Serialize(
                new
                {
                    nbformat = 4,
                    nbformat_minor = 5,
                    metadata = new
                    {
                        kernelspec = new
                        {
                            name = "f2net-csharp",
                            display_name = "C# (F2Net)",
                            language = "C#",
                        },
                    },
                    cells = Cells.Select(
                        (source, index) =>
                            new
                            {
                                cell_type = "code",
                                id = $"cell{index}",
                                metadata = new { },
                                execution_count = (int?)null,
                                outputs = Array.Empty<object>(),
                                source,
                            }
                    ),
                }
            )
        );
}
