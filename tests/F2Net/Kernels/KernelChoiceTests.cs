using F2Net.Kernels;
using F2Net.Kernels.Attention;
using F2Net.Kernels.Channels;
using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Logits;
using F2Net.Kernels.LowPass;
using F2Net.Kernels.Matrices;
using F2Net.Kernels.Norms;
using F2Net.Kernels.Parameters;
using F2Net.Kernels.Perceptrons;
using F2Net.Kernels.Resizing;
using F2Net.Kernels.Scans;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

/// <summary>
/// Kernels take what Simd.Takes allows and leave the rest to tensor operators: in float64 a result is the operators' to the last bit, in float32 it is
/// rounded in another order.
/// </summary>
public class KernelChoiceTests
{
    private static readonly Dictionary<string, Kernel> Kernels = new(StringComparer.Ordinal)
    {
        ["attention"] = new(t => FusedAttention.Apply(t[0], 2), t => FusedAttention.Reference(t[0], 2), [1, 40, 96]),
        ["batch norm"] = new(
            t => BatchNormActivation.Apply(Batch(t[0]), t[0], null, true),
            t => Batch(t[0]).call(t[0]).relu(),
            [2, 5, 8, 12]
        ),
        ["channel norm"] = new(t => ChannelNorm.Apply(Layer(t[0]), t[0]), t => Layer(t[0]).call(t[0]), [90, 48]),
        ["channel sums"] = new(t => ChannelSums.Of(t[0], 1), t => t[0].sum([0, 2, 3]), [2, 5, 40, 40]),
        ["cross-entropy"] = new(
            t => Gradient(z => CrossEntropy.Apply(z, Mask(z), null, 255), t[0]),
            t => Gradient(z => nn.functional.cross_entropy(z, Mask(z)), t[0]),
            [2, 5, 9, 11]
        ),
        ["decayed affinity"] = new(
            t => DecayedAffinity.Apply(t[0], t[1]),
            t => DecayedAffinity.Reference(t[0], t[1]),
            [1, 2, 1, 3, 32],
            [1, 2, 1, 32, 32]
        ),
        ["depthwise convolution"] = new(
            t => Gradient(w => DepthwiseConvolution.Apply(t[0], w).square().sum(), t[1]),
            t => Gradient(w => DepthwiseConvolution.Reference(t[0], w).square().sum(), t[1]),
            [1, 45, 51, 16],
            [16, 1, 3, 3]
        ),
        ["dilated convolution"] = new(
            t => DilatedConvolution.Apply(t[0], t[1], 1),
            t => DilatedConvolution.Reference(t[0], t[1], 1),
            [1, 64, 12, 13],
            [64, 64, 3, 3]
        ),
        ["enlargement"] = new(t => BilinearEnlargement.Apply(t[0], 29, 31), t => BilinearEnlargement.Reference(t[0], 29, 31), [1, 3, 7, 9]),
        ["GELU"] = new(t => GeluActivation.Apply(t[0]), t => nn.functional.gelu(t[0]), [3000]),
        ["low pass"] = new(
            t => AdaptiveLowPass.Apply(t[0], t[1], t[2], 2),
            t => AdaptiveLowPass.Reference(t[0], t[1], t[2], 2),
            [1, 4, 9, 11],
            [18, 2, 3, 3],
            [18]
        ),
        ["MLP"] = new(
            t => FusedMlp.Apply(t[0], Layer(t[0]), Linear(t[0], 96), Linear(t[1], 48)),
            t => FusedMlp.Reference(t[0], Layer(t[0]), Linear(t[0], 96), Linear(t[1], 48)),
            [90, 48],
            [1, 96]
        ),
        ["narrow convolution"] = new(
            t => ConvolutionLayer.Apply(Convolution(t[0]), t[0]),
            t => Convolution(t[0]).call(t[0]),
            [2, 8, 13, 11]
        ),
        ["pixel classifier"] = new(
            t => PixelClassifier.Apply(t[0], t[1], t[2], t[3]),
            t => PixelClassifier.Reference(t[0], t[1], t[2], t[3]),
            [1, 16, 9, 8],
            [1, 16, 33, 32],
            [5, 16, 1, 1],
            [5]
        ),
        ["product"] = new(t => MatrixProduct.Apply(t[0], t[1]), t => t[0].matmul(t[1]), [30, 3000], [3000, 40]),
        ["selective scan"] = new(
            t => SelectiveScan.Apply(t[0], t[1], t[2], t[3], t[4]),
            t => SelectiveScan.Reference(t[0], t[1], t[2], t[3], t[4]),
            [1, 5, 7, 32],
            [4, 18, 32],
            [4, 2],
            [4, 2],
            [4, 2, 16]
        ),
        ["squared norm"] = new(t => SquaredNorm.Of(t), t => SquaredNorm.Reference(t), [3000], [90, 70]),
    };

    public static TheoryData<string> Names => [.. Kernels.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Float32_is_the_kernels_and_float64_the_operators(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (apply, reference, shapes) = Kernels[name];
        manual_seed(1);
        Tensor[] single = [.. shapes.Select(shape => randn(shape))],
            exact = [.. single.Select(t => t.to(ScalarType.Float64))];
        Assert.True((apply(exact) == reference(exact)).all().item<bool>());
        Assert.Equal(Simd.Takes(single[0]), (apply(single) != reference(single)).any().item<bool>());
    }

    // The same of the same tensor's kind, however often it is made.
    private static T Made<T>(Func<T> make)
    {
        manual_seed(2);
        return make();
    }

    private static LayerNorm Layer(Tensor x) => nn.LayerNorm(x.shape[1], dtype: x.dtype);

    private static BatchNorm2d Batch(Tensor x) => nn.BatchNorm2d(x.shape[1], dtype: x.dtype);

    private static Linear Linear(Tensor x, long results) => Made(() => nn.Linear(x.shape[1], results, dtype: x.dtype));

    private static Conv2d Convolution(Tensor x) => Made(() => nn.Conv2d(x.shape[1], 8, 3, padding: 1L, dtype: x.dtype));

    private static Tensor Mask(Tensor logits) => logits.neg().argmax(1);

    private static Tensor Gradient(Func<Tensor, Tensor> loss, Tensor x)
    {
        using var recording = enable_grad();
        var leaf = x.detach().requires_grad_();
        return autograd.grad([loss(leaf)], [leaf])[0];
    }

    private sealed record Kernel(Func<Tensor[], Tensor> Apply, Func<Tensor[], Tensor> Reference, params long[][] Shapes);
}
