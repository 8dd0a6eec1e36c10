using F2Net.Kernel;
using F2Net.Kernel.Notebooks;

namespace F2Net.Tests.Kernel.Notebooks;

public sealed class NotebookRunnerTests : IDisposable
{
    private const string Notebook = """{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}""";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Notebooks_of_one_name_do_not_overwrite_each_other()
    {
        var (first, second, target) = (Written("a/x.ipynb"), Written("b/x.ipynb"), Path.Combine(folder.Path, "o"));
        Assert.Equal(
            $"{first} and {second} would all be written to {target}/x.ipynb; run them one by one, each to a folder of its own.",
            Refusal(target, first, second)
        );
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void A_target_that_cannot_be_written_is_told_before_the_first_cell()
    {
        var target = Written("file");
        var sentence = Refusal(target, Written("x.ipynb"));
        Assert.StartsWith($"{target}/x.ipynb cannot be written: ", sentence);
        Assert.EndsWith("; choose another folder, or make it writable.", sentence);
    }

    private string Written(string name)
    {
        File.WriteAllText(folder.File(name), Notebook);
        return folder.File(name);
    }

    /// <summary>What a runner says that comes to no kernel.</summary>
    private static string Refusal(string target, params string[] notebooks)
    {
        var options = new RunOptions(
            new KernelProgram("no-such-program", []),
            new Dictionary<string, string>(),
            TimeSpan.FromHours(1),
            target
        );
        return Assert
            .Throws<KernelException>(() => new NotebookRunner(options, TextWriter.Null).Run(notebooks, CancellationToken.None))
            .Message;
    }
}
