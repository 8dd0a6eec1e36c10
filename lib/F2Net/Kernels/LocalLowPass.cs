using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Kernels;

/// <summary>
/// AFD's core (Eq. 4-5): a softmax over the taps of every pixel and group, and the sum of the neighbours it weighs. One pass over
/// the image instead of k·k, forward and backward, on the CPU in float32; the reference in tensor operators elsewhere.
/// </summary>
public static class LocalLowPass
{
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="responses">(B, G·k·k, H, W): each group's k·k filter responses; a group has C / G consecutive channels.</param>
    /// <param name="groups">G.</param>
    /// <param name="kernelSize">k, odd.</param>
    /// <returns>(B, C, H, W); pixels outside the image count as zero.</returns>
    public static Tensor Apply(Tensor x, Tensor responses, long groups, long kernelSize) =>
        x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU && Vector256.IsHardwareAccelerated
            ? Fused.apply(x, responses, groups, kernelSize)
            : Reference(x, responses, groups, kernelSize);

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor responses, long groups, long kernelSize)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (reach, taps) = (kernelSize / 2, kernelSize * kernelSize);
        // Split once and not narrowed tap by tap: the gradients of the parts come back as one tensor.
        var weights = responses.view(batch, groups, taps, height, width).softmax(2).chunk(taps, 2); // Eq. 4   k·k times (B, G, 1, H, W)
        var padded = nn.functional.pad(x, [reach, reach, reach, reach]).view(batch, groups, -1, height + 2 * reach, width + 2 * reach);
        var low = zeros_like(x).view(batch, groups, -1, height, width);
        for (var tap = 0L; tap < taps; tap++)
        {
            var neighbours = padded.narrow(3, tap / kernelSize, height).narrow(4, tap % kernelSize, width);
            low = low + weights[tap] * neighbours; // Eq. 5   (B, G, C / G, H, W)
        }
        return low.view(batch, channels, height, width).MoveToOuterDisposeScope();
    }

    private sealed class Fused : autograd.SingleTensorFunction<Fused>
    {
        public override string Name => nameof(LocalLowPass);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var (x, responses) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
            var (groups, kernelSize) = ((long)vars[2], (long)vars[3]);
            ctx.save_for_backward([x.MoveToOuterDisposeScope(), responses.MoveToOuterDisposeScope()]);
            ctx.save_data(nameof(groups), groups);
            ctx.save_data(nameof(kernelSize), kernelSize);
            var low = empty_like(x);
            Plane.ForEach(x, groups, kernelSize, plane => plane.Forward(x, responses, low));
            return low.MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var (x, responses) = (saved[0], saved[1]);
            var (groups, kernelSize) = ((long)ctx.get_data("groups"), (long)ctx.get_data("kernelSize"));
            // A second derivative is asked for: the reference has one.
            if (is_grad_enabled())
            {
                var got = autograd.grad(
                    [Reference(x, responses, groups, kernelSize)],
                    [x, responses],
                    [grad_output],
                    retain_graph: true,
                    create_graph: true,
                    allow_unused: true
                );
                return [got[0], got[1], null!, null!];
            }

            var grad = grad_output.contiguous();
            var (gradX, gradResponses) = (empty_like(x), empty_like(responses));
            Plane.ForEach(x, groups, kernelSize, plane => plane.Backward(x, responses, grad, gradX, gradResponses));
            return [gradX, gradResponses, null!, null!];
        }
    }

    /// <summary>
    /// One group of one image, worked on by one thread. Rows are held in scratch memory with a border of zeros and a width rounded
    /// up to whole vectors, so the inner loops know no edges; what lies beyond the width meets zeros only.
    /// </summary>
    private sealed unsafe class Plane
    {
        private static readonly int Lanes = Vector256<float>.Count;

        private readonly int channels,
            height,
            width,
            kernelSize,
            taps,
            reach,
            rounded,
            stride;
        private readonly long index;

        private Plane(Tensor x, long groups, long kernelSize, long index)
        {
            this.index = index;
            (channels, height, width) = ((int)(x.shape[1] / groups), (int)x.shape[2], (int)x.shape[3]);
            this.kernelSize = (int)kernelSize;
            taps = this.kernelSize * this.kernelSize;
            reach = this.kernelSize / 2;
            rounded = (width + Lanes - 1) / Lanes * Lanes;
            stride = rounded + 2 * reach + Lanes;
        }

        internal static void ForEach(Tensor x, long groups, long kernelSize, Action<Plane> work) =>
            Parallel.For(
                0,
                x.shape[0] * groups,
                new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
                i => work(new Plane(x, groups, kernelSize, i))
            );

        internal void Forward(Tensor x, Tensor responses, Tensor low)
        {
            using var scratch = new Scratch(PaddedSize + (taps + 1) * rounded);
            var padded = Pad(Of(x, channels), scratch);
            var weights = scratch.Take(taps * rounded);
            var line = scratch.Take(rounded);
            var to = Of(low, channels);
            for (var y = 0; y < height; y++)
            {
                Weights(Of(responses, taps), y, weights);
                for (var c = 0; c < channels; c++)
                {
                    for (var i = 0; i < rounded; i += Lanes)
                    {
                        var sum = Vector256<float>.Zero;
                        for (var t = 0; t < taps; t++)
                            sum = Vector256.MultiplyAddEstimate(
                                Vector256.Load(weights + t * rounded + i),
                                Vector256.Load(Neighbour(padded, c, y, t) + i),
                                sum
                            );
                        sum.Store(line + i);
                    }
                    Copy(line, to + ((long)c * height + y) * width);
                }
            }
        }

        internal void Backward(Tensor x, Tensor responses, Tensor grad, Tensor gradX, Tensor gradResponses)
        {
            using var scratch = new Scratch(2 * PaddedSize + (2 * taps + channels) * rounded);
            var padded = Pad(Of(x, channels), scratch);
            var paddedGrad = scratch.Take(PaddedSize);
            var weights = scratch.Take(taps * rounded);
            var weightGrads = scratch.Take(taps * rounded);
            var lines = scratch.Take(channels * rounded);
            float* from = Of(grad, channels),
                to = Of(gradResponses, taps);
            for (var y = 0; y < height; y++)
            {
                Weights(Of(responses, taps), y, weights);
                for (var c = 0; c < channels; c++)
                    Buffer.MemoryCopy(from + ((long)c * height + y) * width, lines + c * rounded, width * 4L, width * 4L);
                for (var i = 0; i < rounded; i += Lanes)
                {
                    var mean = Vector256<float>.Zero; // Σ w_t dw_t
                    for (var t = 0; t < taps; t++)
                    {
                        var weight = Vector256.Load(weights + t * rounded + i);
                        var sum = Vector256<float>.Zero;
                        for (var c = 0; c < channels; c++)
                        {
                            var g = Vector256.Load(lines + c * rounded + i);
                            sum = Vector256.MultiplyAddEstimate(g, Vector256.Load(Neighbour(padded, c, y, t) + i), sum);
                            var spread = Neighbour(paddedGrad, c, y, t) + i;
                            Vector256.MultiplyAddEstimate(weight, g, Vector256.Load(spread)).Store(spread);
                        }
                        sum.Store(weightGrads + t * rounded + i);
                        mean = Vector256.MultiplyAddEstimate(weight, sum, mean);
                    }
                    for (var t = 0; t < taps; t++)
                    {
                        var at = t * rounded + i;
                        (Vector256.Load(weights + at) * (Vector256.Load(weightGrads + at) - mean)).Store(weightGrads + at);
                    }
                }
                for (var t = 0; t < taps; t++)
                    Copy(weightGrads + t * rounded, to + ((long)t * height + y) * width);
            }

            var inner = Of(gradX, channels);
            for (var c = 0; c < channels; c++)
            for (var y = 0; y < height; y++)
                Copy(paddedGrad + Row(c, y + reach) + reach, inner + ((long)c * height + y) * width);
        }

        // Softmax over the taps of one row (Eq. 4); the largest response is taken off first, so that nothing overflows.
        private void Weights(float* responses, int y, float* weights)
        {
            for (var t = 0; t < taps; t++)
            {
                Buffer.MemoryCopy(responses + ((long)t * height + y) * width, weights + t * rounded, width * 4L, width * 4L);
                new Span<float>(weights + t * rounded + width, rounded - width).Clear();
            }
            for (var i = 0; i < rounded; i += Lanes)
            {
                var most = Vector256.Load(weights + i);
                for (var t = 1; t < taps; t++)
                    most = Vector256.Max(most, Vector256.Load(weights + t * rounded + i));
                var sum = Vector256<float>.Zero;
                for (var t = 0; t < taps; t++)
                {
                    var e = Vector256.Exp(Vector256.Load(weights + t * rounded + i) - most);
                    e.Store(weights + t * rounded + i);
                    sum += e;
                }
                var scale = Vector256<float>.One / sum;
                for (var t = 0; t < taps; t++)
                    (Vector256.Load(weights + t * rounded + i) * scale).Store(weights + t * rounded + i);
            }
        }

        private int PaddedSize => channels * (height + 2 * reach) * stride;

        private float* Pad(float* plane, Scratch scratch)
        {
            var padded = scratch.Take(PaddedSize);
            for (var c = 0; c < channels; c++)
            for (var y = 0; y < height; y++)
                Copy(plane + ((long)c * height + y) * width, padded + Row(c, y + reach) + reach);
            return padded;
        }

        private long Row(int channel, int paddedRow) => ((long)channel * (height + 2 * reach) + paddedRow) * stride;

        private float* Neighbour(float* padded, int channel, int y, int tap) =>
            padded + Row(channel, y + tap / kernelSize) + tap % kernelSize;

        private void Copy(float* from, float* to) => Buffer.MemoryCopy(from, to, width * 4L, width * 4L);

        // Where this group's maps of one tensor begin; native memory, so the address stays.
        private float* Of(Tensor tensor, int maps) =>
            (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)) + index * maps * height * width;
    }

    /// <summary>Zeroed, aligned memory of one job, handed out piece by piece.</summary>
    private sealed unsafe class Scratch(long floats) : IDisposable
    {
        private readonly float* memory = (float*)NativeMemory.AllocZeroed((nuint)floats, sizeof(float));
        private long taken;

        internal float* Take(long count)
        {
            var piece = memory + taken;
            taken += count;
            return piece;
        }

        public void Dispose() => NativeMemory.Free(memory);
    }
}
