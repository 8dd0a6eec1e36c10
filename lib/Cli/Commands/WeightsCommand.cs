using System.CommandLine;
using F2Net.Model;
using F2Net.Training;
using F2Net.Weights.Import;

namespace F2Net.Cli.Commands;

/// <summary>f2net weights: published weights into the network's names, and a run's weights out to other programs.</summary>
internal static class WeightsCommand
{
    internal static Command Create() =>
        new("weights", "Start from published weights, or hand a run's weights to other programs.")
        {
            Import(),
            WeightsExportCommand.Create(),
        };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "safetensors, a .pth or .pt of torch.save, or the folder of a run." };
        var part = new Option<string>("--for")
        {
            Description = "short (ResNet-18), long (ViT-tiny), high (VMamba-Tiny-M2) or f2net.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The safetensors file to write, for train --weights.", Required = true };
        var network = new Option<string?>("--network")
        {
            Description = "paper, nano, or a JSON file; if left out, the network that the file or a run's folder describes, else paper.",
        };
        var classes = new Option<int?>("--classes") { Description = "Classes of paper or nano; 7 if left out." };
        var key = new Option<string?>("--key") { Description = "Which entry of a checkpoint to take, as model_ema." };
        var blocks = new Option<string?>("--blocks")
        {
            Description = "Which blocks of a ViT to take, as 0,1,2,3,4,5; every second one if left out.",
        };
        var missing = new Option<bool>("--allow-missing") { Description = "Leave what the file lacks as it is initialised." };
        var command = new Command("import", "Bring published weights into the network's names and shapes.")
        {
            file,
            part,
            output,
            network,
            classes,
            key,
            blocks,
            missing,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                Machine.Prepare();
                var options = new ImportOptions
                {
                    Key = parsed.GetValue(key),
                    Blocks = parsed.GetValue(blocks) is { } list ? Blocks(list) : null,
                    Classes = parsed.GetValue(classes),
                    AllowMissing = parsed.GetValue(missing),
                };
                var (path, own) = Locate(parsed.GetRequiredValue(file));
                var config = Network(parsed.GetValue(network), parsed.GetValue(classes), own);
                var target = parsed.GetRequiredValue(output);
                var report = WeightImport.Run(path, PartOf(parsed.GetRequiredValue(part)), config, options, target, cancellation);
                Console.WriteLine(ImportTable.Of(report).TrimEnd());
                Console.WriteLine($"\nWritten to {target}; to start from it: f2net train --weights {target}");
                return 0;
            }
        );
        return command;
    }

    private static (string Path, F2NetConfig? Network) Locate(string path) =>
        Directory.Exists(path) && RunFolder.Open(path) is var run ? (run.CheckpointFile, run.Network) : (path, null);

    /// <param name="own">The network of a run's folder.</param>
    /// <returns>Null for the network that the file describes, or else the paper's.</returns>
    /// <exception cref="UserException">The file of a network is faulty, or the number of classes is none or has nothing to say.</exception>
    private static F2NetConfig? Network(string? name, int? classes, F2NetConfig? own)
    {
        if (classes is < 2)
            throw new UserException($"--classes {classes}: a network has at least 2.");
        if (name is "paper" or "nano")
            return Options.Network(name, classes ?? 7);
        if (classes is not null && (name is not null || own is not null))
            throw new UserException($"--classes {classes}: {name ?? "the run"} says its own number of classes; leave the option out.");
        return name is null ? own : F2NetConfig.Read(name);
    }

    private static ImportPart PartOf(string name) =>
        name switch
        {
            "short" => ImportPart.Short,
            "long" => ImportPart.Long,
            "high" => ImportPart.High,
            "f2net" => ImportPart.F2Net,
            _ => throw new UserException($"--for {name}: say short, long, high or f2net."),
        };

    private static int[] Blocks(string list) =>
        list.Split(',').All(n => int.TryParse(n, out _))
            ? [.. list.Split(',').Select(int.Parse)]
            : throw new UserException($"--blocks {list}: say numbers with commas between, as 0,2,4,6,8,10.");
}
