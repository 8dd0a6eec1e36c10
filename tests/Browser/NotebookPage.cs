using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace F2Net.Tests.Browser;

/// <summary>A notebook of code cells in Jupyter Notebook, handled as its reader does.</summary>
internal sealed partial class NotebookPage(IPage page)
{
    /// <summary>Opens it and waits for its kernel.</summary>
    public async Task Open(string address)
    {
        await page.GotoAsync(address);
        await Expect(page.Locator(".kernel_idle_icon")).ToBeVisibleAsync();
    }

    public ILocator Cell(int index) => page.Locator(".code_cell").Nth(index);

    public async Task Start(int cell)
    {
        await Click(cell);
        await page.Keyboard.PressAsync("Control+Enter");
    }

    public Task IsDone(int cell) => Expect(Cell(cell).Locator(".input_prompt")).ToHaveTextAsync(NumberedPrompt());

    public Task Interrupt() => page.Locator("[data-jupyter-action='jupyter-notebook:interrupt-kernel']").ClickAsync();

    /// <summary>Types at the end of a cell.</summary>
    public async Task Type(int cell, string text)
    {
        await Click(cell);
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync(text);
    }

    public Task Press(string key) => page.Keyboard.PressAsync(key);

    /// <summary>What Tab opens.</summary>
    public ILocator Completions => page.Locator(".completions");

    /// <summary>A picture of what the reader sees, with the cell in view.</summary>
    public async Task Photograph(int cell, string file)
    {
        await Cell(cell).ScrollIntoViewIfNeededAsync();
        await page.ScreenshotAsync(new() { Path = file });
    }

    private Task Click(int cell) => Cell(cell).Locator(".CodeMirror").ClickAsync();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex NumberedPrompt();
}
