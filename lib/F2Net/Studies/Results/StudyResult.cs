using System.Text.Json.Serialization;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Studies.Running;
using F2Net.Training;

namespace F2Net.Studies.Results;

/// <summary>What a run came to, with all that is needed to repeat it: a file of its own.</summary>
/// <param name="Study">The study for which it was first run.</param>
/// <param name="DataSet">The data set's name.</param>
/// <param name="Inference">How the network was applied, see <see cref="IInference.Name"/>.</param>
/// <param name="Commit">Of the source, with a plus sign where files differed from it; several where a stopped run went on with another.</param>
/// <param name="Device">The processor's or the GPU's name, or several likewise.</param>
/// <param name="Threads">Of the process that ended it.</param>
/// <param name="TrainingSeconds">Of all steps together.</param>
/// <param name="EvaluationSeconds">Of val and test together.</param>
/// <param name="Failure">Why there are no scores; null for a run that went through.</param>
/// <param name="Val">Null for a run that failed, as is <paramref name="Test"/>.</param>
/// <param name="Curve">Means over equal stretches of the steps, see <see cref="ThinnedCurve"/>.</param>
public sealed record StudyResult(
    string Study,
    string Row,
    int Seed,
    string Preset,
    string DataSet,
    F2NetConfig Network,
    TrainingRecipe Recipe,
    string Inference,
    string Commit,
    string Device,
    int Threads,
    string Dtype,
    double TrainingSeconds,
    double EvaluationSeconds,
    string? Failure,
    SplitScores? Val,
    SplitScores? Test,
    IReadOnlyList<TrainingRecord> Curve
)
{
    /// <summary>What the same weights come to when they are applied as the row's difference asks, see <see cref="StudyRow.ComparedWith"/>; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AppliedScores? ComparedWith { get; init; }

    /// <summary>Pixels of each class in train; null in results that were written before it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? TrainPixels { get; init; }

    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static StudyResult Read(string path) => JsonFile.Read<StudyResult>(path);

    internal string Training => StudyRun.TrainingOf(Network, Recipe);

    internal string Variant => StudyRun.VariantOf(Network, Recipe, Inference, ComparedWith?.Inference);

    /// <summary>Test mIoU, a share.</summary>
    /// <exception cref="InvalidOperationException">The run failed.</exception>
    [JsonIgnore]
    public double TestMeanIoU => Scored(Test).Metrics.Mean.IoU;

    /// <summary>The same of val.</summary>
    /// <exception cref="InvalidOperationException">The run failed.</exception>
    [JsonIgnore]
    public double ValMeanIoU => Scored(Val).Metrics.Mean.IoU;

    private SplitScores Scored(SplitScores? scores) =>
        scores ?? throw new InvalidOperationException($"Row {Row}, seed {Seed}, has no scores: {Failure}");
}

/// <summary>Scores of a network that is applied in one way.</summary>
/// <param name="Inference">Which, see <see cref="IInference.Name"/>.</param>
/// <param name="Seconds">Of val and test together.</param>
/// <param name="Val">Null for a run that failed, as is <paramref name="Test"/>.</param>
public sealed record AppliedScores(string Inference, double Seconds, SplitScores? Val, SplitScores? Test);

/// <summary>Scores on the whole pictures of a split.</summary>
/// <param name="Confusion">Pixels by true class (row) and predicted class (column).</param>
public sealed record SplitScores(SegmentationMetrics Metrics, IReadOnlyList<IReadOnlyList<long>> Confusion)
{
    internal static SplitScores Of(ConfusionMatrix confusion) => new(confusion.Metrics(), confusion.Rows);
}
