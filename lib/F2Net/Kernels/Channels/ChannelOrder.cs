using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Channels;

/// <summary>
/// A map with its channels moved to the last place, or back to the second, and lying in one piece. On the CPU in float32; a view elsewhere. Either way
/// round is the gradient of the other, so both are differentiable as often as wanted.
/// </summary>
internal static unsafe class ChannelOrder
{
    // Pixels turned at a time: what is read and what is written both stay in the first-level cache.
    private const long Stretch = 256;

    /// <summary>(B, C, H, W) as (B, H, W, C).</summary>
    internal static Tensor Last(Tensor x) =>
        !Simd.Takes(x) ? x.permute(0, 2, 3, 1)
        : is_grad_enabled() ? ToLast.apply(x)
        : Turned(x, last: true);

    /// <summary>(B, H, W, C) as (B, C, H, W).</summary>
    internal static Tensor Second(Tensor x) =>
        !Simd.Takes(x) ? x.permute(0, 3, 1, 2)
        : is_grad_enabled() ? ToSecond.apply(x)
        : Turned(x, last: false);

    private static Tensor Turned(Tensor x, bool last)
    {
        using var dense = x.contiguous();
        var s = x.shape;
        var (channels, pixels) = last ? (s[1], s[2] * s[3]) : (s[3], s[1] * s[2]);
        var turned = last ? empty(s[0], s[2], s[3], s[1]) : empty(s[0], s[3], s[1], s[2]);
        float* from = Start(dense),
            to = Start(turned);
        var stretches = (pixels + Stretch - 1) / Stretch;
        Team.Run(
            s[0] * stretches,
            job =>
            {
                var (image, first) = (job / stretches * channels * pixels, job % stretches * Stretch);
                var count = (int)Math.Min(Stretch, pixels - first);
                if (last)
                    Transposition.Run(from + image + first, pixels, (int)channels, count, to + image + first * channels, channels);
                else
                    Transposition.Run(from + image + first * channels, channels, count, (int)channels, to + image + first, pixels);
            }
        );
        return turned;
    }

    private sealed class ToLast : autograd.SingleTensorFunction<ToLast>
    {
        public override string Name => nameof(ChannelOrder) + nameof(Last);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => Turned((Tensor)vars[0], last: true);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [Second(grad_output)];
    }

    private sealed class ToSecond : autograd.SingleTensorFunction<ToSecond>
    {
        public override string Name => nameof(ChannelOrder) + nameof(Second);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => Turned((Tensor)vars[0], last: false);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [Last(grad_output)];
    }
}
