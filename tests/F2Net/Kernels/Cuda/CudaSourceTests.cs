using F2Net.Kernels.Cuda;
using F2Net.Kernels.LowPass;
using F2Net.Kernels.Scans;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Cuda;

/// <summary>What the GPU's kernels compute, on the CPU: no GPU is at hand where these tests run.</summary>
public class CudaSourceTests
{
    [Theory]
    [InlineData(1, 7, 5, 16, 16, 1, true)]
    [InlineData(2, 9, 11, 32, 32, 2, true)]
    [InlineData(1, 13, 10, 64, 64, 4, true)]
    [InlineData(2, 33, 37, 16, 16, 4, true)]
    [InlineData(2, 9, 11, 16, 16, 4, false)]
    public void The_scan_is_the_references(long batch, long height, long width, long channels, long states, long directions, bool together)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(3);
        var heads = channels / 16;
        var x = randn(batch, height, width, channels);
        var weight = randn(directions, heads + 2 * states, channels) / Math.Sqrt(channels);
        var (bias, aLogs, skips) = (rand(directions, heads), randn(directions, heads), randn(directions, heads, 16));

        var got = CudaScan.Run(x, weight, bias, aLogs, skips, EmulatedKernels.Compile, longMap: together ? long.MaxValue : 0);

        AssertNear(SelectiveScan.Reference(x, weight, bias, aLogs, skips), got, 1e-5);
    }

    [Fact]
    public void A_scan_of_bfloat16_computes_in_float32_and_answers_in_bfloat16()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(3);
        Tensor Rounded(params long[] shape) => randn(shape).to_type(ScalarType.BFloat16);
        var (x, weight) = (Rounded(1, 6, 7, 16), Rounded(2, 1 + 2 * 16, 16) / 4);
        var (bias, aLogs, skips) = (Rounded(2, 1), Rounded(2, 1), Rounded(2, 1, 16));

        var got = CudaScan.Run(x, weight, bias, aLogs, skips, EmulatedKernels.Compile);

        Assert.Equal(ScalarType.BFloat16, got.dtype);
        Tensor Exact(Tensor t) => t.to_type(ScalarType.Float32);
        AssertNear(SelectiveScan.Reference(Exact(x), Exact(weight), Exact(bias), Exact(aLogs), Exact(skips)), Exact(got), 0.02);
    }

    [Theory]
    [InlineData(1, 3, 8, 2, 5, 7)]
    [InlineData(2, 3, 32, 8, 37, 41)]
    [InlineData(1, 1, 6, 1, 16, 32)]
    public void The_decomposition_is_the_references(long batch, long inputs, long channels, long groups, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(5);
        var image = randn(batch, inputs, height, width);
        var (projection, projectionBias) = (randn(channels, inputs, 1, 1), randn(channels));
        var (weight, bias) = (randn(groups * 9, channels / groups, 3, 3), randn(groups * 9));

        var (low, high) = CudaLowPass.Split(image, projection, projectionBias, weight, bias, groups, EmulatedKernels.Compile);

        var features = nn.functional.conv2d(image, projection, projectionBias);
        AssertNear(AdaptiveLowPass.Reference(features, weight, bias, groups), low, 1e-5);
        AssertNear(features, low + high, 1e-6);
    }

    [Fact]
    public void A_decomposition_of_bfloat16_answers_in_bfloat16()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(5);
        var image = randn(1, 3, 9, 11).to_type(ScalarType.BFloat16);
        var (projection, projectionBias, weight, bias) = (randn(8, 3, 1, 1), randn(8), randn(18, 4, 3, 3), randn(18));

        var (low, high) = CudaLowPass.Split(image, projection, projectionBias, weight, bias, 2, EmulatedKernels.Compile);

        Assert.Equal((ScalarType.BFloat16, ScalarType.BFloat16), (low.dtype, high.dtype));
        var features = nn.functional.conv2d(image.to_type(ScalarType.Float32), projection, projectionBias);
        AssertNear(AdaptiveLowPass.Reference(features, weight, bias, 2), low.to_type(ScalarType.Float32), 0.01);
        AssertNear(features, (low + high).to_type(ScalarType.Float32), 0.01);
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(32, true)]
    [InlineData(20, false)]
    [InlineData(192, false)]
    public void The_norm_is_libtorchs(long channels, bool pixelsTogether)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(7);
        var x = pixelsTogether ? randn(2, channels, 5, 27).permute(0, 2, 3, 1) : randn(2, 5, 27, channels);
        var (scale, shift) = (randn(channels), randn(channels));

        var got = CudaNorm.Run(x, scale, shift, 1e-5, EmulatedKernels.Compile);

        Assert.True(got.is_contiguous());
        AssertNear(nn.functional.layer_norm(x, [channels], scale, shift, 1e-5), got, 1e-6);
    }

    [Fact]
    public void They_leave_tensors_of_the_CPU_to_others() => Assert.False(CudaProgram.Takes(zeros(1)));

    private static void AssertNear(Tensor want, Tensor got, double share)
    {
        Assert.Equal(want.shape, got.shape);
        Assert.InRange((got - want).abs().max().item<float>() / want.abs().max().item<float>(), 0, share);
    }
}
