namespace F2Net.Training;

/// <summary>The loss of a run became NaN or infinite.</summary>
public sealed class DivergenceException(double loss, int step, string run)
    : UserException($"The loss became {loss} at step {step} of {run}; lower learningRate or set clipNorm in recipe.json and start again.")
{
    public double Loss => loss;

    /// <summary>Counted from 1.</summary>
    public int Step => step;
}
