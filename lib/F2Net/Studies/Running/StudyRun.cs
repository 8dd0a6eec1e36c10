using F2Net.Model;
using F2Net.Training;

namespace F2Net.Studies.Running;

/// <summary>A row with a seed: what decides its numbers besides the data.</summary>
/// <param name="Study">The name of the study that asks for it.</param>
public sealed record StudyRun(string Study, StudyRow Row, int Seed, F2NetConfig Network, TrainingRecipe Recipe)
{
    public static StudyRun Of(Study study, StudyRow row, int seed, StudyPreset preset, int classes) =>
        new(study.Name, row, seed, row.Network(preset.Network(classes)), row.Recipe(preset.Recipe) with { Seed = seed });

    /// <summary>
    /// The runs that rows and seeds ask for, seed by seed, so that a study that was stopped compares like with like. Rows that come to the
    /// same for a preset share a run.
    /// </summary>
    /// <exception cref="UserException">The study is of another preset.</exception>
    public static IReadOnlyList<StudyRun> Plan(
        Study study,
        IReadOnlyList<StudyRow> rows,
        IReadOnlyList<int> seeds,
        StudyPreset preset,
        int classes
    ) =>
        study.Preset is { } only && only.Name != preset.Name
            ? throw new UserException(
                $"Study {study.Name} is for the preset {only.Name}, whose steps its rows count; leave {preset.Name} out."
            )
            :
            [
                .. seeds
                    .SelectMany(seed => rows.Select(row => Of(study, row, seed, preset, classes)))
                    .DistinctBy(run => (run.Variant, run.Seed)),
            ];

    /// <summary>Everything but the seed; equal for runs that repeat one another.</summary>
    internal string Variant => VariantOf(Network, Recipe, Row.Inference.Name, Row.ComparedWith?.Name);

    internal static string VariantOf(F2NetConfig network, TrainingRecipe recipe, string inference, string? comparedWith) =>
        $"{TrainingOf(network, recipe with { Seed = 0 })}\n{inference}\n{comparedWith}";

    /// <summary>What decides the weights, the seed included; equal for runs that differ in how these are applied.</summary>
    internal string Training => TrainingOf(Network, Recipe);

    internal static string TrainingOf(F2NetConfig network, TrainingRecipe recipe) => $"{JsonFile.Line(network)}\n{JsonFile.Line(recipe)}";

    /// <summary>In which ways the weights are applied.</summary>
    internal IReadOnlyList<IInference> Ways => Row.ComparedWith is { } other ? [Row.Inference, other] : [Row.Inference];

    /// <summary>Training steps that runs take together: those of one training share them.</summary>
    public static int Steps(IEnumerable<StudyRun> runs) => runs.DistinctBy(run => run.Training).Sum(run => run.Recipe.Iterations);

    public override string ToString() => $"{Row.Name}, seed {Seed}";
}
