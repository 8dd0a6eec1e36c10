using System.Globalization;

namespace F2Net.Training;

/// <summary>The loss of a run, or its gradient, became NaN or infinite; no weight has changed.</summary>
/// <param name="what">What became so.</param>
public sealed class DivergenceException(double value, int step, string run, string what = "loss")
    : UserException(
        $"The {what} became {value} at step {step} of {run}; lower learningRate or set clipNorm in recipe.json and start again."
    )
{
    /// <summary>Why a run failed, in a sentence.</summary>
    public string Reason => string.Create(CultureInfo.InvariantCulture, $"The {what} became {value} at step {step}.");

    /// <summary>Counted from 1.</summary>
    public int Step => step;
}
