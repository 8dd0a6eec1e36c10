namespace F2Net.Benchmarks;

/// <summary>Operations of one forward pass by operator, two for each multiply-add.</summary>
/// <param name="Convolution">Convolutions of every kind, depthwise and 1 x 1 included.</param>
/// <param name="Linear">Linear layers.</param>
/// <param name="Attention">q kᵀ and a v.</param>
/// <param name="Scan">
/// The state-space scans: their input projections and, per token, head and state element, the five operations of the recurrence itself.
/// </param>
public sealed record Operations(double Convolution, double Linear, double Attention, double Scan)
{
    public static Operations None { get; } = new(0, 0, 0, 0);

    /// <summary>What a matrix product can do at its full rate: convolutions, linear layers and attention.</summary>
    public double Matrix => Convolution + Linear + Attention;

    public double Total => Matrix + Scan;

    public static Operations operator +(Operations a, Operations b) =>
        new(a.Convolution + b.Convolution, a.Linear + b.Linear, a.Attention + b.Attention, a.Scan + b.Scan);
}
