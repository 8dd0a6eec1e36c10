namespace F2Net.Evaluation.Parity;

/// <summary>How one case of reference vectors came out.</summary>
/// <param name="Name">The case's name in manifest.json.</param>
/// <param name="Kind">The module it exercises.</param>
/// <param name="OutputError">
/// Worst max|got − want| / max|want| over outputs and running statistics; 0 when the case stores none, infinite when want is all zero and got is not.
/// </param>
/// <param name="OutputTolerance">What <paramref name="OutputError"/> may be at most.</param>
/// <param name="GradientError">The same over gradients, their samples and their sums.</param>
/// <param name="GradientTolerance">What <paramref name="GradientError"/> may be at most.</param>
/// <param name="Compared">How many stored tensors were compared.</param>
/// <param name="Message">Empty when the case passed; else one sentence: which tensor is off, or why the case could not run.</param>
/// <param name="GradientsInDouble">
/// True when a rounding error of float32 put a ReLU on the other side of its kink, where the gradient jumps, so that the gradients were judged
/// in float64. Outputs, which do not jump, are always float32.
/// </param>
public sealed record ParityResult(
    string Name,
    string Kind,
    double OutputError,
    double OutputTolerance,
    double GradientError,
    double GradientTolerance,
    int Compared,
    string Message,
    bool GradientsInDouble = false
)
{
    /// <summary>True when the case ran and both errors are within their tolerances.</summary>
    public bool Passed => Message.Length == 0;
}
