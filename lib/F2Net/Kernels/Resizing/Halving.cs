using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Resizing;

/// <summary>
/// A map at half its size, each value the mean of four: what bilinear resizing with half-pixel centres and without antialiasing comes to there. On the
/// CPU in float32. Linear, and so differentiable as often as wanted: its gradient is its transpose, and that one's is the halving again.
/// </summary>
internal static unsafe class Halving
{
    /// <summary>Whether a map can be brought to this size here.</summary>
    internal static bool Takes(Tensor x, long height, long width) => Simd.Takes(x) && x.shape[2] == 2 * height && x.shape[3] == 2 * width;

    /// <param name="x">(B, C, 2h, 2w).</param>
    /// <returns>(B, C, h, w).</returns>
    internal static Tensor Apply(Tensor x) => is_grad_enabled() ? Halve.apply(x) : Halved(x);

    private static Tensor Halved(Tensor x)
    {
        var (height, width) = (x.shape[2] / 2, x.shape[3] / 2);
        return Rows(x, height, width, (plane, y, to) => Mean((float*)plane + 2 * y * 2 * width, width, (float*)to + y * width));
    }

    /// <summary>The transpose: what a gradient of the halved maps means for the maps.</summary>
    internal static Tensor Doubled(Tensor x)
    {
        var (height, width) = (x.shape[2], x.shape[3]);
        return Rows(x, 2 * height, 2 * width, (plane, y, to) => Spread((float*)plane + y * width, width, (float*)to + 2 * y * 2 * width));
    }

    // Does something for each row of the smaller maps.
    private static Tensor Rows(Tensor x, long height, long width, Action<nint, long, nint> each)
    {
        using var from = x.contiguous();
        var to = empty(x.shape[0], x.shape[1], height, width);
        float* read = Start(from),
            written = Start(to);
        var (size, toSize, rows) = (x.shape[2] * x.shape[3], height * width, Math.Min(height, x.shape[2]));
        Team.Run(
            x.shape[0] * x.shape[1],
            plane =>
            {
                for (var y = 0L; y < rows; y++)
                    each((nint)(read + plane * size), y, (nint)(written + plane * toSize));
            }
        );
        return to;
    }

    // Means of two rows' pairs.
    [MethodImpl(Hot)]
    private static void Mean(float* upper, long width, float* to)
    {
        var lower = upper + 2 * width;
        var quarter = Vector256.Create(0.25f);
        var i = 0L;
        if (Avx2.IsSupported)
            for (; i <= width - Lanes; i += Lanes)
            {
                Vector256<float> left = Vector256.Load(upper + 2 * i) + Vector256.Load(lower + 2 * i),
                    right = Vector256.Load(upper + 2 * i + Lanes) + Vector256.Load(lower + 2 * i + Lanes);
                (InOrder(Avx.HorizontalAdd(left, right)) * quarter).Store(to + i);
            }
        for (; i < width; i++)
            to[i] = (upper[2 * i] + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1]) * 0.25f;
    }

    // A quarter of each value to the four that it was made of.
    [MethodImpl(Hot)]
    private static void Spread(float* from, long width, float* upper)
    {
        var lower = upper + 2 * width;
        var quarter = Vector256.Create(0.25f);
        var i = 0L;
        if (Avx2.IsSupported)
            for (; i <= width - Lanes; i += Lanes)
            {
                var values = InOrder(Vector256.Load(from + i) * quarter);
                Vector256<float> left = Avx.UnpackLow(values, values),
                    right = Avx.UnpackHigh(values, values);
                left.Store(upper + 2 * i);
                right.Store(upper + 2 * i + Lanes);
                left.Store(lower + 2 * i);
                right.Store(lower + 2 * i + Lanes);
            }
        for (; i < width; i++)
            upper[2 * i] = upper[2 * i + 1] = lower[2 * i] = lower[2 * i + 1] = from[i] * 0.25f;
    }

    private sealed class Halve : autograd.SingleTensorFunction<Halve>
    {
        public override string Name => nameof(Halving);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => Halved((Tensor)vars[0]);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [Double.apply(grad_output)];
    }

    private sealed class Double : autograd.SingleTensorFunction<Double>
    {
        public override string Name => nameof(Halving) + "Transposed";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => Doubled((Tensor)vars[0]);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [Halve.apply(grad_output)];
    }
}
