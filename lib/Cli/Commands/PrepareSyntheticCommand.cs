using System.CommandLine;
using F2Net.Data.Preparation;
using F2Net.Data.Synthetic;

namespace F2Net.Cli.Commands;

/// <summary>f2net prepare synthetic: scenes drawn by a seed, for which nothing is downloaded.</summary>
internal static class PrepareSyntheticCommand
{
    private const int UsualClasses = 7;

    internal static Command Create()
    {
        var usual = new SceneOptions();
        var output = new Option<string>("--out") { Description = "The prepared data set's folder.", Required = true };
        var seed = Number("--seed", usual.Seed, "Draws the scenes.");
        var size = Number("--size", usual.Size, "Height and width of a scene, pixels.");
        var train = Number("--train", 24, "Scenes to train on.");
        var val = Number("--val", 3, "Scenes to choose on.");
        var test = Number("--test", 4, "Scenes to report on.");
        var classes = Number(
            "--classes",
            UsualClasses,
            $"{SceneOptions.FewestClasses} to {SceneOptions.MostClasses}, background included."
        );
        var command = new Command(
            "synthetic",
            "Draw scenes whose classes differ in one cue each: fine lines, texture, or the region around."
        )
        {
            output,
            seed,
            size,
            train,
            val,
            test,
            classes,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var options = new SceneOptions { Seed = parsed.GetValue(seed), Size = parsed.GetValue(size) };
                var scenes = new SplitShares(parsed.GetValue(train), parsed.GetValue(val), parsed.GetValue(test));
                var preparer = new SyntheticPreparer(options.WithClasses(parsed.GetValue(classes)), scenes);
                var path = parsed.GetRequiredValue(output);
                PrepareCommand.Prepare(new DataSetPreparation(preparer, path), path, cancellation);
                return 0;
            }
        );
        return command;
    }

    private static Option<int> Number(string name, int usual, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };
}
