using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Training;
using F2Net.Weights.Export;
using F2Net.Weights.Onnx;

namespace F2Net.Cli.Commands;

/// <summary>f2net weights export: a run's weights as safetensors, its network as ONNX, or both.</summary>
internal static partial class WeightsExportCommand
{
    internal static Command Create()
    {
        var runOption = Options.Run();
        var output = new Option<string?>("--out")
        {
            Description = "The safetensors file to write: the published modules' names, for PyTorch.",
        };
        var onnx = new Option<string?>("--onnx") { Description = "The ONNX file to write: the whole network, for images of one size." };
        var size = new Option<string?>("--size")
        {
            Description =
                "Height x width of the ONNX network's images in pixels, as 512x768; the crops' of the run's training if left out.",
        };
        var command = new Command("export", "Hand a run's weights or network to other programs.") { runOption, output, onnx, size };
        command.Runs(
            (parsed, _) =>
            {
                var (weights, network, sides) = (parsed.GetValue(output), parsed.GetValue(onnx), parsed.GetValue(size));
                if (weights is null && network is null)
                    throw new UserException("Nothing to write: give --out FILE for safetensors, --onnx FILE for ONNX, or both.");
                if (network is null && sides is not null)
                    throw new UserException($"--size {sides}: only an ONNX file is of one size; give --onnx FILE, or leave --size out.");
                if (weights is not null && network is not null && Path.GetFullPath(weights) == Path.GetFullPath(network))
                    throw new UserException($"{weights} would be both the weights and the ONNX file; give --onnx another name.");
                var wanted = sides is null ? default((int, int)?) : Parse(sides);
                Machine.Prepare();
                var run = RunFolder.Open(parsed.GetRequiredValue(runOption));
                if (network is not null)
                    WriteNetwork(run, network, wanted ?? (run.Recipe.Sampling.CropSize, run.Recipe.Sampling.CropSize));
                return weights is null || WriteWeights(run, weights) ? 0 : 1;
            }
        );
        return command;
    }

    private static void WriteNetwork(RunFolder run, string path, (int Height, int Width) size)
    {
        OnnxExport.Write(path, run, size.Height, size.Width);
        Console.WriteLine(
            $"{path}: {new FileInfo(path).Length / 1e6:0.0} MB. Input image (1, 3, {size.Height}, {size.Width}), RGB from 0 to 1; outputs logits and ids."
        );
    }

    private static bool WriteWeights(RunFolder run, string path)
    {
        var check = SafetensorsExport.Write(run, path);
        var said =
            check.Difference == 0
                ? "are the run's, bit for bit."
                : $"differ from the run's by {check.Difference:0.0e+0} of {check.Logit:0.0}.";
        Console.WriteLine(
            $"{check.Tensors} tensors written to {path}. Read back into a fresh network, its logits of a 128 x 96 image {said}"
        );
        return check.Passed;
    }

    /// <exception cref="UserException">It is no size.</exception>
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
