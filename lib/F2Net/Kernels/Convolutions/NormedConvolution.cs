using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>relu?(BN(conv(x)) + identity): a convolution without bias and all that follows it, as cheaply as the moment allows.</summary>
/// <remarks>
/// In evaluation without a graph the norm is folded into the filters and the rest done while the outputs are written; the filters are read
/// anew on every call, so a changed weight is never missed.
/// </remarks>
internal static class NormedConvolution
{
    internal static Tensor Call(
        nn.IModule<Tensor, Tensor> conv,
        nn.IModule<Tensor, Tensor> norm,
        Tensor x,
        Tensor? identity = null,
        bool relu = true
    ) => Call((Conv2d)conv, (BatchNorm2d)norm, x, identity, relu);

    internal static Tensor Call(Conv2d conv, BatchNorm2d norm, Tensor x, Tensor? identity = null, bool relu = true)
    {
        using var scope = NewDisposeScope();
        if (!Folds(norm, x))
            return BatchNormActivation.Apply(norm, ConvolutionLayer.Apply(conv, x), identity, relu).MoveToOuterDisposeScope();
        if (ConvolutionLayer.KeepsSize(conv))
        {
            var result = empty([x.shape[0], conv.weight.shape[0], x.shape[2], x.shape[3]], dtype: x.dtype, device: x.device);
            Write(conv, norm, x, identity, relu, result);
            return result.MoveToOuterDisposeScope();
        }
        var (scale, shift) = Fold(norm);
        var folded = nn.functional.conv2d(x, conv.weight * scale.view(-1, 1, 1, 1), shift, conv.stride, conv.padding, conv.dilation);
        var total = identity is null ? folded : folded.add_(identity);
        return (relu ? total.relu_() : total).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a norm is a fixed scale and shift now, and no graph is wanted.</summary>
    internal static bool Folds(BatchNorm2d norm, Tensor x) => !norm.training && !is_grad_enabled() && Simd.Takes(x);

    /// <summary>A folded convolution that keeps the map's size, into channels of a map from <paramref name="firstChannel"/> on.</summary>
    internal static void Write(Conv2d conv, BatchNorm2d norm, Tensor x, Tensor? identity, bool relu, Tensor into, long firstChannel = 0)
    {
        var (scale, shift) = Fold(norm);
        using (scale)
        using (shift)
            DilatedConvolution.Write(x, conv.weight, conv.dilation[0], scale, shift, identity, relu, into, firstChannel);
    }

    // BN in evaluation is y = scale · x + shift.
    private static (Tensor Scale, Tensor Shift) Fold(BatchNorm2d norm)
    {
        using var scope = NewDisposeScope();
        var scale = norm.weight / (norm.running_var! + norm.eps).sqrt();
        var shift = norm.bias! - norm.running_mean! * scale;
        return (scale.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }
}
