using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp.Modules;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Norms;

/// <summary>A batch norm's means and variances in training.</summary>
internal static unsafe class BatchNormStatistics
{
    /// <summary>Whether a norm takes a batch's statistics and keeps running ones, of a map that <see cref="BatchNormPlanes"/> can work on.</summary>
    internal static bool Takes(BatchNorm2d norm, Tensor x) =>
        norm is { training: true, momentum: not null, running_mean: not null, running_var: not null }
        && Simd.Takes(x)
        && x.shape[2] * x.shape[3] % Lanes == 0;

    /// <summary>⟨x⟩ and the rate 1 / √(variance + ε) of each channel of x, (C, 2); the norm's running statistics move towards mean and variance.</summary>
    /// <param name="x">(B, C, H, W), contiguous.</param>
    internal static Tensor Of(BatchNorm2d norm, Tensor x)
    {
        var (images, channels, area) = (x.shape[0], x.shape[1], x.shape[2] * x.shape[3]);
        var count = (double)images * area;
        var statistics = empty(channels, 2);
        var parts = new (double Sum, double Squares)[images * channels];
        float* from = Start(x),
            known = Start(statistics);
        Team.Run(parts.Length, plane => parts[plane] = Moments(from + plane * area, area));
        var (momentum, epsilon) = (norm.momentum!.Value, norm.eps);
        float* runningMean = Start(norm.running_mean!),
            runningVariance = Start(norm.running_var!);
        for (var channel = 0L; channel < channels; channel++)
        {
            double sum = 0,
                squares = 0;
            for (var image = 0L; image < images; image++)
                sum += parts[image * channels + channel].Sum;
            var mean = sum / count;
            // About a plane's own mean, and that about the channel's (Chan et al. 1979).
            for (var image = 0L; image < images; image++)
            {
                var part = parts[image * channels + channel];
                var apart = part.Sum / area - mean;
                squares += part.Squares + area * apart * apart;
            }
            known[2 * channel] = (float)mean;
            known[2 * channel + 1] = (float)(1 / Math.Sqrt(squares / count + epsilon));
            runningMean[channel] += (float)(momentum * (mean - runningMean[channel]));
            runningVariance[channel] += (float)(momentum * (squares / (count - 1) - runningVariance[channel]));
        }
        *(long*)Start(norm.num_batches_tracked!) += 1;
        return statistics;
    }

    // A plane's sum, and the squares of its values' distances from their mean.
    [MethodImpl(Hot)]
    private static (double Sum, double Squares) Moments(float* plane, long area)
    {
        double total = 0,
            squares = 0;
        for (var start = 0L; start < area; start += BatchNormPlanes.Stretch)
        {
            var sum = Vector256<float>.Zero;
            for (var i = start; i < Math.Min(area, start + BatchNormPlanes.Stretch); i += Lanes)
                sum += Vector256.Load(plane + i);
            total += Vector256.Sum(sum);
        }
        var mean = Vector256.Create((float)(total / area));
        for (var start = 0L; start < area; start += BatchNormPlanes.Stretch)
        {
            var sum = Vector256<float>.Zero;
            for (var i = start; i < Math.Min(area, start + BatchNormPlanes.Stretch); i += Lanes)
            {
                var apart = Vector256.Load(plane + i) - mean;
                sum = Fma(apart, apart, sum);
            }
            squares += Vector256.Sum(sum);
        }
        return (total, squares);
    }
}
