using System.CommandLine;
using F2Net.Data;
using F2Net.Model;
using F2Net.Training;

namespace F2Net.Cli.Commands;

/// <summary>f2net train: starts a run, or continues one.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var data = Options.Data();
        var output = new Option<string>("--out") { Description = "The run's folder.", Required = true };
        var network = new Option<string>("--network") { Description = "paper, nano, or a JSON file.", DefaultValueFactory = _ => "paper" };
        var recipe = new Option<string>("--recipe")
        {
            Description = "paper, nano, or a JSON file whose absent keys keep the paper's values.",
            DefaultValueFactory = _ => "paper",
        };
        var weights = new Option<string[]>("--weights")
        {
            Description = "Files of weights import to start from, any part of the network each.",
            AllowMultipleArgumentsPerToken = true,
        };
        var resume = new Option<bool>("--resume") { Description = "Continue the run in --out from its last checkpoint." };
        var device = Options.Device();
        var command = new Command("train", "Train a network on a prepared data set.")
        {
            data,
            output,
            network,
            recipe,
            weights,
            resume,
            device,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                Machine.Prepare();
                var on = Options.Parse(parsed.GetRequiredValue(device));
                var set = PreparedDataSet.Open(parsed.GetRequiredValue(data));
                var path = parsed.GetRequiredValue(output);
                if (parsed.GetValue(resume) && parsed.GetValue(weights) is [var first, ..])
                    throw new UserException(
                        $"--weights {first}: a run that is resumed has weights of its own; leave one of the two options out."
                    );
                foreach (var kept in new[] { network, recipe })
                    if (parsed.GetValue(resume) && parsed.IsGiven(kept))
                        throw new UserException(
                            $"{kept.Name} {parsed.GetValue(kept)}: a run that is resumed has its own, in {Path.Combine(path, kept.Name[2..])}.json; leave one of the two options out."
                        );
                var run = parsed.GetValue(resume)
                    ? RunFolder.Open(path)
                    : RunFolder.Create(
                        path,
                        NetworkOf(parsed.GetRequiredValue(network), set.Info.Classes.Count),
                        RecipeOf(parsed.GetRequiredValue(recipe), parsed.GetValue(weights) ?? []),
                        set
                    );
                using var trainer = new Trainer(run, set, on);
                return Train(trainer, run, "--resume", cancellation) ? 0 : 130;
            }
        );
        return command;
    }

    /// <summary>Trains with a progress bar; false when cancelled before the end.</summary>
    /// <param name="toGoOn">What continues a cancelled training.</param>
    internal static bool Train(Trainer trainer, RunFolder run, string toGoOn, CancellationToken cancellation)
    {
        var total = run.Recipe.Iterations;
        Progress.Show(
            "Training",
            total,
            progress =>
            {
                foreach (var r in trainer.Run(cancellation))
                    progress.Report(r.Step, $"loss {r.Total:F3}, rate {r.LearningRate:G2}, {r.ImagesPerSecond:F1} images/s");
                return true;
            },
            trainer.Iteration
        );
        if (trainer.Iteration < total)
            Console.WriteLine($"Stopped after step {trainer.Iteration} of {total}; {toGoOn} goes on from here.");
        // More, where the recipe was shortened since.
        return trainer.Iteration >= total;
    }

    private static TrainingRecipe RecipeOf(string name, string[] weights)
    {
        var recipe = name switch
        {
            "paper" => new TrainingRecipe(),
            "nano" => TrainingRecipe.Nano,
            _ => TrainingRecipe.Read(name),
        };
        return weights.Length == 0 ? recipe : recipe with { Weights = [.. recipe.Weights, .. weights.Select(StartingWeights.Of)] };
    }

    private static F2NetConfig NetworkOf(string name, int classes) =>
        Options.Network(name, classes) is var config && config.Classes == classes
            ? config
            : throw new UserException($"{name} has {config.Classes} classes, the data set {classes}; set \"classes\" to {classes}.");
}
