using System.Diagnostics;
using F2Net.Data;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;

namespace F2Net.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
internal static class CommandLine
{
    internal static (int Code, string Output, string Error) Invoke(params string[] arguments) => Invoke(arguments, null);

    internal static (int Code, string Output, string Error) Invoke(
        string[] arguments,
        (string Name, string Value)? variable = null,
        string? from = null
    )
    {
        var start = Starting(arguments, from);
        if (variable is { } v)
            start.Environment[v.Name] = v.Value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    internal static ProcessStartInfo Starting(string[] arguments, string? from = null) =>
        new("dotnet", [Path.Combine(from ?? AppContext.BaseDirectory, "F2Net.Cli.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    internal static void AssertRefused(string sentence, params string[] arguments)
    {
        var refused = Invoke(arguments);
        Assert.Equal((2, sentence + Environment.NewLine), (refused.Code, refused.Error));
    }

    /// <summary>A run that has not begun, on a data set that is written beside it.</summary>
    internal static string NewRun(TempFolder folder)
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 64, height: 64);
        return RunFolder
            .Create(
                folder.File("run"),
                F2NetConfig.Nano(3),
                new() { Sampling = new() { CropSize = 64 } },
                PreparedDataSet.Open(folder.Path)
            )
            .Path;
    }
}
