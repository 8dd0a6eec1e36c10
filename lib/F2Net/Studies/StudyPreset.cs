using F2Net.Data;
using F2Net.Model;
using F2Net.Training;

namespace F2Net.Studies;

/// <summary>What every row of a study starts from.</summary>
/// <param name="Name">The folder of its results.</param>
/// <param name="Network">The network for a number of classes.</param>
public sealed record StudyPreset(string Name, Func<int, F2NetConfig> Network, TrainingRecipe Recipe)
{
    /// <summary>Minutes a run on two cores.</summary>
    public static StudyPreset Nano { get; } = new("nano", F2NetConfig.Nano, TrainingRecipe.Nano);

    /// <summary>
    /// The published network and the paper's schedule: 80,000 steps of 8 crops. Crops of 256 pixels, four at a time, are ours: the paper names no size.
    /// </summary>
    public static StudyPreset Paper { get; } =
        new(
            "paper",
            F2NetConfig.Paper,
            new()
            {
                Accumulation = 2,
                Sampling = new() { BatchSize = 4 },
            }
        );

    /// <summary>A preset by its name, with the schedule that it has on a data set: the paper trains 40,000 steps on Inria.</summary>
    /// <exception cref="UserException">There is no such preset.</exception>
    public static StudyPreset Of(string name, DataSetInfo dataSet) =>
        name switch
        {
            "nano" => Nano,
            "paper" => Paper.On(dataSet.Name),
            _ => throw new UserException($"There is no preset {name}; say nano or paper."),
        };

    /// <summary>With the schedule that it has on a data set.</summary>
    /// <param name="dataSet">Its name.</param>
    internal StudyPreset On(string dataSet) =>
        Name == Paper.Name && dataSet.StartsWith("Inria", StringComparison.Ordinal)
            ? this with
            {
                Recipe = Recipe with { Iterations = 40_000 },
            }
            : this;
}
