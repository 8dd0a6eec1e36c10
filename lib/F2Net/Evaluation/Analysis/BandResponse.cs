using F2Net.Data.Pictures;
using F2Net.Data.Synthetic;
using F2Net.Model.Decompositions;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Analysis;

/// <summary>Where a decomposition puts waves of one band.</summary>
/// <param name="Frequency">The band's middle, cycles per pixel.</param>
/// <param name="LowShare">Energy of X_low over that of X_low and X_high together, 0 to 1.</param>
public sealed record BandShare(double Frequency, double LowShare);

/// <summary>A decomposition's response by frequency.</summary>
public static class BandResponse
{
    /// <summary>
    /// Sends a sweep through a decomposition in four positions, a quarter of a wave apart. What turns with the wave is the response; what does not, such as
    /// the mean grey, drops out, and the energy does not depend on where a crest happens to lie. Summed over channels and rows.
    /// </summary>
    /// <param name="bands">Of equal width on a logarithmic axis, 1 to as many as the sweep has columns that count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bands is none of these.</exception>
    public static IReadOnlyList<BandShare> Of(IFrequencyDecomposition decomposition, FrequencySweep sweep, int bands = 64)
    {
        const int Margin = 8; // columns and rows at the border see what a decomposition puts around the picture
        var columns = sweep.Frequencies.Count - 2 * Margin;
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bands, columns);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parts = Enumerable.Range(0, 4).Select(q => decomposition.call(ImageTensor.From(sweep.Draw(q)))).ToArray();
        var low = Energy([.. parts.Select(p => p.Low)]);
        var high = Energy([.. parts.Select(p => p.High)]);
        return
        [
            .. Enumerable
                .Range(0, bands)
                .Select(band =>
                {
                    var (first, end) = (Margin + band * columns / bands, Margin + (band + 1) * columns / bands);
                    var (below, above) = (low[first..end].Sum(), high[first..end].Sum());
                    return new BandShare(Math.Sqrt(sweep.Frequencies[first] * sweep.Frequencies[end - 1]), below / (below + above));
                }),
        ];

        double[] Energy(Tensor[] maps) =>
            ((maps[0] - maps[2]).square() + (maps[1] - maps[3]).square())
                .narrow(2, Margin, sweep.Contrasts.Count - 2 * Margin)
                .sum([0, 1, 2])
                .to(ScalarType.Float64)
                .cpu()
                .data<double>()
                .ToArray();
    }
}
