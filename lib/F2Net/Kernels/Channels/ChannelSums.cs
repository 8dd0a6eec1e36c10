using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Channels;

/// <summary>Sums over all axes of a map but one: what the gradient of a result means for the bias that was added to it.</summary>
internal static unsafe class ChannelSums
{
    // Values that are summed in float32 before the sum goes on in double.
    private const long Stretch = 2048;

    /// <param name="axis">The one that is kept.</param>
    internal static Tensor Of(Tensor x, int axis)
    {
        var shape = x.shape;
        if (is_grad_enabled() || !Takes(x))
            return x.sum([.. Enumerable.Range(0, shape.Length).Where(other => other != axis).Select(other => (long)other)]);
        using var dense = x.contiguous();
        var channels = shape[axis];
        var after = shape.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
        var before = shape.Take(axis).Aggregate(1L, (product, size) => product * size);
        return after == 1 ? OfRows(dense, before, channels) : OfPlanes(dense, before, channels, after);
    }

    // (rows, C): each job adds up some rows.
    private static Tensor OfRows(Tensor x, long rows, long channels)
    {
        var height = Math.Max(1, Stretch / channels);
        var jobs = Math.Max(1, (rows + height - 1) / height);
        using var parts = empty(jobs, channels);
        float* from = Start(x),
            to = Start(parts);
        Team.Run(
            jobs,
            job =>
            {
                var sums = to + job * channels;
                new Span<float>(sums, (int)channels).Clear();
                for (var row = job * height; row < Math.Min(rows, (job + 1) * height); row++)
                    Add(from + row * channels, sums, channels);
            }
        );
        return JobSums.Of(parts);
    }

    // (B, C, area): each job adds up one channel.
    private static Tensor OfPlanes(Tensor x, long images, long channels, long area)
    {
        var sums = empty(channels);
        float* from = Start(x),
            to = Start(sums);
        Team.Run(
            channels,
            channel =>
            {
                var sum = 0.0;
                for (var image = 0L; image < images; image++)
                for (var start = 0L; start < area; start += Stretch)
                    sum += Sum(from + (image * channels + channel) * area + start, Math.Min(Stretch, area - start));
                to[channel] = (float)sum;
            }
        );
        return sums;
    }

    [MethodImpl(Hot)]
    private static float Sum(float* from, long count)
    {
        Vector256<float> even = default,
            odd = default;
        var i = 0L;
        for (; i <= count - 2 * Lanes; i += 2 * Lanes)
        {
            even += Vector256.Load(from + i);
            odd += Vector256.Load(from + i + Lanes);
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < count; i++)
            sum += from[i];
        return sum;
    }
}
