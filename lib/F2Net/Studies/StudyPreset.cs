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

    /// <summary>The published network and the paper's schedule for DeepGlobe.</summary>
    public static StudyPreset Paper { get; } = new("paper", F2NetConfig.Paper, new());

    /// <exception cref="UserException">There is no such preset.</exception>
    public static StudyPreset Of(string name) =>
        new[] { Nano, Paper }.FirstOrDefault(p => p.Name == name)
        ?? throw new UserException($"There is no preset {name}; say nano or paper.");
}
