using System.Text.Json.Serialization;
using F2Net.Losses;
using F2Net.Model;

namespace F2Net.Training;

/// <summary>What one optimiser step leaves behind.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Total">L, Eq. 18, or with what learned weights add; <paramref name="Task"/>, <paramref name="Alignment"/>, <paramref name="Balance"/> are its unweighted parts.</param>
/// <param name="GradientNorms">G of each branch: the L2 norm of the task loss's gradient over the parameters that CFBL watches.</param>
/// <param name="LearningRate">The rate of this step.</param>
/// <param name="Images">Crops drawn, run forward and backward.</param>
/// <param name="Seconds">Wall time of the step.</param>
/// <param name="LearnedWeights">λ of this step where they are learned; null where they are fixed.</param>
public sealed record TrainingRecord(
    int Step,
    double Total,
    double Task,
    double Alignment,
    double Balance,
    IReadOnlyDictionary<Branch, double> GradientNorms,
    double LearningRate,
    long Images,
    double Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LossWeights? LearnedWeights = null
)
{
    [JsonIgnore]
    public double ImagesPerSecond => Images / Seconds;
}
