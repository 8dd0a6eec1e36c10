using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>How far a tensor is from its reference, and the short forms in which big references are stored.</summary>
internal static class ParityComparison
{
    public const string Gradient = "grad.";
    public const string GradientSample = "gradsample.";
    public const string GradientStatistics = "gradstat.";
    public const string BufferAfter = "buffer_after.";
    public const string BufferAfterSample = "buffer_after_sample.";

    private const long SampleSize = 256;

    public static bool IsGradientName(string name) => StartsWithAny(name, Gradient, GradientSample, GradientStatistics);

    public static bool IsBufferName(string name) => StartsWithAny(name, BufferAfter, BufferAfterSample);

    /// <summary>max|got − want| / max|want|, in double; infinite when want is all zero and got is not; NaN when got holds one.</summary>
    /// <exception cref="UserException">The shapes differ.</exception>
    public static double Error(string name, Tensor got, Tensor want)
    {
        if (!got.shape.SequenceEqual(want.shape))
            throw new UserException($"{name} has shape [{string.Join(", ", got.shape)}] instead of [{string.Join(", ", want.shape)}].");
        if (want.NumberOfElements == 0)
            return 0;

        using var scope = NewDisposeScope();
        var wanted = want.to_type(ScalarType.Float64);
        var difference = (got.detach().cpu().to_type(ScalarType.Float64) - wanted).abs().max().item<double>();
        return difference == 0 ? 0 : difference / wanted.abs().max().item<double>();
    }

    /// <summary>Elements at the flat indices floor(i n / 256), i = 0..255; all of them when n ≤ 256. Shape (min(n, 256)).</summary>
    public static Tensor Sample(Tensor tensor)
    {
        var n = tensor.NumberOfElements;
        var flat = tensor.detach().cpu().reshape(-1);
        return n <= SampleSize ? flat : flat[torch.tensor(Enumerable.Range(0, (int)SampleSize).Select(i => i * n / SampleSize).ToArray())];
    }

    /// <summary>
    /// Error of a gradient against its stored [L2 norm, sum, dot product with the values v generated for `dot.NAME`].
    /// The norm is measured against itself; the other two, which may cancel to nothing, against √n times it: by Cauchy and Schwarz a gradient
    /// that is off by ε‖g‖ moves its dot product with a vector of n entries in [-1, 1] by at most ε√n‖g‖.
    /// </summary>
    public static double StatisticsError(string name, Tensor got, Tensor want, long seed)
    {
        using var scope = NewDisposeScope();
        var g = got.detach().cpu().reshape(-1).to_type(ScalarType.Float64);
        var v = torch.tensor(GeneratedValues.Draw(seed, "dot." + name, g.NumberOfElements)).to_type(ScalarType.Float64);
        double[] values = [(g * g).sum().sqrt().item<double>(), g.sum().item<double>(), (g * v).sum().item<double>()];

        var wanted = want.to_type(ScalarType.Float64).data<double>().ToArray();
        var root = Math.Sqrt(g.NumberOfElements);
        double[] scales = [wanted[0], wanted[0] * root, wanted[0] * root];
        // An exact zero is no error even where the scale is zero.
        return Enumerable.Range(0, 3).Max(i => values[i] == wanted[i] ? 0 : Math.Abs(values[i] - wanted[i]) / scales[i]);
    }

    private static bool StartsWithAny(string name, params ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        return false;
    }
}
