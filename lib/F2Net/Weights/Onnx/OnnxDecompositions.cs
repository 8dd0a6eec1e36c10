using F2Net.Model;
using F2Net.Model.Decompositions;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>What splits an image (B, 3, H, W) by frequency.</summary>
internal static class OnnxDecompositions
{
    internal static OnnxFrequencies Decomposition(this OnnxModule m, OnnxValue image, F2NetConfig config) =>
        config.Decomposition switch
        {
            DecompositionKind.Adaptive => m.Adaptive(image, config),
            DecompositionKind.AdaptiveAllOnes => m.AllOnes(image, config),
            DecompositionKind.AdaptiveThreeBands => m.ThreeBands(image, config),
            DecompositionKind.LaplacianPyramid => m.LaplacianPyramid(image),
            DecompositionKind.Gaussian => m.Gaussian(image),
            DecompositionKind.Haar => m.Haar(image),
            DecompositionKind.None => m.Undivided(image),
            DecompositionKind.Noise => throw new UserException(
                "A network that is fed with noise (decomposition noise) only checks a comparison and has no ONNX form; export another one."
            ),
            _ => throw Variants.Unknown(config.Decomposition),
        };

    /// <summary><see cref="AdaptiveFrequencyDecomposition"/>.</summary>
    private static OnnxFrequencies Adaptive(this OnnxModule m, OnnxValue image, F2NetConfig config)
    {
        var x = m["proj"].Conv(image); // (B, C, H, W)
        var low = m["filter_gen"].LowPass(x, config);
        return new(low, x - low); // Eq. 7
    }

    /// <summary><see cref="AllOnesFrequencyDecomposition"/>.</summary>
    private static OnnxFrequencies AllOnes(this OnnxModule m, OnnxValue image, F2NetConfig config)
    {
        var x = m["proj"].Conv(image);
        var low = m["filter_gen"].LowPass(x, config);
        return new(low, Taps(x, config.DecompositionKernel).Aggregate((sum, tap) => sum + tap) - low);
    }

    /// <summary><see cref="ThreeBandDecomposition"/>.</summary>
    private static OnnxFrequencies ThreeBands(this OnnxModule m, OnnxValue image, F2NetConfig config)
    {
        var x = m["proj"].Conv(image);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var smooth = m["filter_gen"].LowPass(x, config);
        var even = smooth.PadEdge(0, height % 2, 0, width % 2);
        var halved = m["coarse_filter_gen"].LowPass(even.AveragePool(2, 2, stride: 2), config);
        var low = halved.ResizeTo(even.Shape[2], even.Shape[3]).Narrow(2, 0, height).Narrow(3, 0, width);
        return new(low, x - smooth, smooth - low);
    }

    /// <summary><see cref="Kernels.LowPass.AdaptiveLowPass"/>, of the generators of one: X to X_low, both (B, C, H, W).</summary>
    private static OnnxValue LowPass(this OnnxModule generators, OnnxValue x, F2NetConfig config)
    {
        var (groups, kernel) = (config.DecompositionGroups, config.DecompositionKernel);
        var (batch, channels, height, width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        var responses = Enumerable.Range(0, groups).Select(n => generators[n].Conv(Group(n), padding: 1)).ToList(); // Eq. 3
        var kernels = OnnxValue.Cat(1, responses).Reshape(batch, groups, kernel * kernel, height, width).Softmax(2); // Eq. 4
        return Taps(x, kernel)
            .Select((moved, t) => kernels.Narrow(2, t, 1) * moved.Reshape(batch, groups, channels / groups, height, width))
            .Aggregate((sum, tap) => sum + tap)
            .Reshape(x.Shape); // Eq. 5

        OnnxValue Group(int n) => x.Narrow(1, n * channels / groups, channels / groups);
    }

    // X(p + offset_t) of every tap.
    private static IEnumerable<OnnxValue> Taps(OnnxValue x, int kernel)
    {
        var padded = x.PadZeros(kernel / 2);
        return Enumerable.Range(0, kernel * kernel).Select(t => padded.Narrow(2, t / kernel, x.Shape[2]).Narrow(3, t % kernel, x.Shape[3]));
    }

    /// <summary><see cref="LaplacianPyramidDecomposition"/>.</summary>
    private static OnnxFrequencies LaplacianPyramid(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var blurred = Filtered(x, SeparableFilter.Binomial);
        var low = blurred.ResizeTo((height + 1) / 2, (width + 1) / 2).ResizeTo(height, width);
        return new(low, x - low);
    }

    /// <summary><see cref="GaussianDecomposition"/>.</summary>
    private static OnnxFrequencies Gaussian(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var low = Filtered(x, SeparableFilter.Gaussian(GaussianDecomposition.Sigma));
        return new(low, x - low);
    }

    /// <summary><see cref="HaarWaveletDecomposition"/>.</summary>
    private static OnnxFrequencies Haar(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var even = x.PadEdge(0, height % 2, 0, width % 2);
        var blocks = even.AveragePool(2, 2, stride: 2).Repeat(2); // LL / 2 at every pixel of its block
        var low = blocks.Narrow(2, 0, height).Narrow(3, 0, width);
        return new(low, x - low);
    }

    /// <summary><see cref="UndividedFrequencies"/>.</summary>
    private static OnnxFrequencies Undivided(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        return new(x, x);
    }

    /// <summary><see cref="SeparableFilter"/>: every channel with the same taps down, then across.</summary>
    private static OnnxValue Filtered(OnnxValue x, double[] taps)
    {
        using var scope = NewDisposeScope();
        var (channels, size) = (x.Shape[1], taps.Length);
        var weights = tensor(taps, dtype: ScalarType.Float32).expand(channels, 1, size);
        var down = x.Graph.Weight("taps.down", weights.unsqueeze(3)); // (C, 1, taps, 1)
        var across = x.Graph.Weight("taps.across", weights.unsqueeze(2)); // (C, 1, 1, taps)
        var reach = size / 2;
        return x.PadEdge(reach, reach, reach, reach).Conv(down, null).Conv(across, null);
    }
}
