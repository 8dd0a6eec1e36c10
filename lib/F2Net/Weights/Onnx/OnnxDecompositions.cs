using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>What splits an image (B, 3, H, W) into low and high frequencies (B, C, H, W).</summary>
internal static class OnnxDecompositions
{
    internal static (OnnxValue Low, OnnxValue High) Decomposition(this OnnxModule m, OnnxValue image, F2NetConfig config) =>
        config.Decomposition switch
        {
            DecompositionKind.Adaptive => m.Adaptive(image, config.DecompositionGroups, config.DecompositionKernel),
            DecompositionKind.LaplacianPyramid => m.LaplacianPyramid(image),
            DecompositionKind.Gaussian => m.Gaussian(image),
            DecompositionKind.Haar => m.Haar(image),
            DecompositionKind.None => m.Undivided(image),
            _ => throw Variants.Unknown(config.Decomposition),
        };

    /// <summary><see cref="AdaptiveFrequencyDecomposition"/>.</summary>
    private static (OnnxValue Low, OnnxValue High) Adaptive(this OnnxModule m, OnnxValue image, int groups, int kernel)
    {
        var x = m["proj"].Conv(image); // (B, C, H, W)
        var (batch, channels, height, width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        var responses = Enumerable.Range(0, groups).Select(n => m["filter_gen"][n].Conv(Group(x, n), padding: 1)).ToList(); // Eq. 3
        var kernels = OnnxValue.Cat(1, responses).Reshape(batch, groups, kernel * kernel, height, width).Softmax(2); // Eq. 4

        var padded = x.PadZeros(kernel / 2);
        OnnxValue Tap(int t)
        {
            var moved = padded.Narrow(2, t / kernel, height).Narrow(3, t % kernel, width); // X(p + offset_t)
            return kernels.Narrow(2, t, 1) * moved.Reshape(batch, groups, channels / groups, height, width);
        }
        var low = Enumerable.Range(0, kernel * kernel).Select(Tap).Aggregate((sum, tap) => sum + tap).Reshape(x.Shape); // Eq. 5
        return (low, x - low); // Eq. 7

        OnnxValue Group(OnnxValue map, int n) => map.Narrow(1, n * channels / groups, channels / groups);
    }

    /// <summary><see cref="LaplacianPyramidDecomposition"/>.</summary>
    private static (OnnxValue Low, OnnxValue High) LaplacianPyramid(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var blurred = Filtered(x, SeparableFilter.Binomial);
        var low = blurred.ResizeTo((height + 1) / 2, (width + 1) / 2).ResizeTo(height, width);
        return (low, x - low);
    }

    /// <summary><see cref="GaussianDecomposition"/>.</summary>
    private static (OnnxValue Low, OnnxValue High) Gaussian(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var low = Filtered(x, SeparableFilter.Gaussian(GaussianDecomposition.Sigma));
        return (low, x - low);
    }

    /// <summary><see cref="HaarWaveletDecomposition"/>.</summary>
    private static (OnnxValue Low, OnnxValue High) Haar(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var even = x.PadEdge(0, height % 2, 0, width % 2);
        var blocks = even.AveragePool(2, 2, stride: 2).Repeat(2); // LL / 2 at every pixel of its block
        var low = blocks.Narrow(2, 0, height).Narrow(3, 0, width);
        return (low, x - low);
    }

    /// <summary><see cref="UndividedFrequencies"/>.</summary>
    private static (OnnxValue Low, OnnxValue High) Undivided(this OnnxModule m, OnnxValue image)
    {
        var x = m["proj"].Conv(image);
        return (x, x);
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
