using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>Filters every channel with the same symmetric kernel along both axes, the border continued by its outermost pixels or by zeros.</summary>
internal static class SeparableFilter
{
    /// <summary>Burt and Adelson's generating kernel; close to a Gaussian of standard deviation 1 pixel.</summary>
    public static readonly double[] Binomial = [1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0];

    /// <summary>A Gaussian cut off at three standard deviations and normalised to sum to one.</summary>
    public static double[] Gaussian(double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        var taps = Enumerable.Range(-reach, 2 * reach + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma))).ToArray();
        var sum = taps.Sum();
        return taps.Select(t => t / sum).ToArray();
    }

    /// <param name="x">(B, C, H, W).</param>
    /// <param name="taps">An odd number of weights.</param>
    /// <param name="border">Replicate or Constant.</param>
    public static Tensor Apply(Tensor x, double[] taps, PaddingModes border = PaddingModes.Replicate)
    {
        using var scope = NewDisposeScope();
        var reach = taps.Length / 2;
        var padded = nn.functional.pad(x, [reach, reach, reach, reach], border);
        return Along(Along(padded, 2, x.shape[2], taps), 3, x.shape[3], taps).MoveToOuterDisposeScope();
    }

    private static Tensor Along(Tensor padded, long dimension, long length, double[] taps)
    {
        var sum = padded.narrow(dimension, 0, length) * taps[0];
        for (var i = 1; i < taps.Length; i++)
            sum.add_(padded.narrow(dimension, i, length), taps[i]);
        return sum;
    }
}
