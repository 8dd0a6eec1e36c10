using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Training;
using F2Net.Weights.Onnx;

namespace F2Net.Cli.Commands;

/// <summary>f2net weights export --onnx: a run's network as an ONNX file.</summary>
internal static partial class OnnxCommand
{
    internal static Command Create()
    {
        var runOption = Options.Run();
        var (output, size) = (File(), Size());
        var command = new Command("export", "Write a run's network as an ONNX file for images of one size.") { runOption, output, size };
        command.Runs(
            (parsed, _) =>
            {
                Machine.Prepare();
                Write(RunFolder.Open(parsed.GetRequiredValue(runOption)), parsed.GetRequiredValue(output), parsed.GetValue(size));
                return 0;
            }
        );
        return command;
    }

    private static Option<string> File() => new("--onnx") { Description = "The ONNX file to write.", Required = true };

    private static Option<string?> Size() =>
        new("--size") { Description = "Height x width of its images in pixels, as 512x768; the crops' of the run's training if left out." };

    /// <exception cref="UserException">The size is no size, or the export fails.</exception>
    private static void Write(RunFolder run, string path, string? size)
    {
        var (height, width) = size is null ? (run.Recipe.Sampling.CropSize, run.Recipe.Sampling.CropSize) : Parse(size);
        OnnxExport.Write(path, run, height, width);
        Console.WriteLine(
            $"{path}: {new FileInfo(path).Length / 1e6:0.0} MB. Input image (1, 3, {height}, {width}), RGB from 0 to 1; outputs logits and ids."
        );
    }

    private static (int Height, int Width) Parse(string size)
    {
        var sides = Sides().Match(size);
        if (!sides.Success)
            throw new UserException($"--size {size}: say height x width in pixels, such as 512x768.");
        int Side(string name) => int.Parse(sides.Groups[name].Value, CultureInfo.InvariantCulture);
        return (Side("height"), Side("width"));
    }

    [GeneratedRegex("^(?<height>[0-9]{1,5})x(?<width>[0-9]{1,5})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Sides();
}
