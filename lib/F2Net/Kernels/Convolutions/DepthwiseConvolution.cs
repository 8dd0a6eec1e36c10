using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Resizing;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A depthwise convolution of a channel-last map, of stride 1, without bias, whose padding keeps the map's size, with two derivatives. On the CPU in float32
/// eight channels of a pixel at a time; libtorch's operator elsewhere, and where the channels are no multiple of eight.
/// </summary>
public static class DepthwiseConvolution
{
    /// <param name="x">(B, H, W, C).</param>
    /// <param name="weight">(C, 1, k, k), k odd.</param>
    /// <returns>(B, H, W, C).</returns>
    public static Tensor Apply(Tensor x, Tensor weight) =>
        Takes(x) && Takes(weight) && weight.shape[0] % Lanes == 0 ? Bilinear.Apply(ChannelLast.Operator, x, weight) : Reference(x, weight);

    /// <summary>The same in one operator, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var padding = weight.shape[2] / 2;
        var y = nn.functional.conv2d(x.permute(0, 3, 1, 2), weight, padding: [padding, padding], groups: weight.shape[0]);
        return y.permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }

    private sealed unsafe class ChannelLast : IBilinear
    {
        internal static readonly ChannelLast Operator = new();

        public int BiasAxis(int axes) => axes - 1;

        public Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null)
        {
            using var taps = weight.flatten(1).transpose(0, 1).contiguous(); // (k·k, C)
            var y = Convolve(x, taps, weight.shape[2]);
            return bias is null ? y : y.add_(bias);
        }

        public Tensor OfX(Tensor weight, Tensor g, long[] shape)
        {
            using var turned = weight.flatten(1).flip(1).transpose(0, 1).contiguous();
            return Convolve(g, turned, weight.shape[2]);
        }

        public Tensor OfWeight(Tensor x, Tensor g, long[] shape)
        {
            var map = new Map(x.shape, (int)shape[2]);
            // A sum for each image and tap, added up afterwards: threads share none, and the order does not depend on them.
            using var sums = empty([x.shape[0], map.Side * map.Side, map.Channels]);
            float* from = Start(x),
                given = Start(g),
                to = Start(sums);
            Team.Run(
                x.shape[0] * map.Side * map.Side,
                job =>
                {
                    var start = job / (map.Side * map.Side) * map.Size;
                    map.Correlate((int)(job % (map.Side * map.Side)), from + start, given + start, to + job * map.Channels);
                }
            );
            return JobSums.Of(sums).transpose(0, 1).reshape(shape);
        }

        private static Tensor Convolve(Tensor x, Tensor taps, long side)
        {
            var map = new Map(x.shape, (int)side);
            var y = empty_like(x);
            float* from = Start(x),
                weights = Start(taps),
                to = Start(y);
            Team.Run(
                x.shape[0] * map.Height,
                job =>
                {
                    var (image, row) = (job / map.Height * map.Size, (int)(job % map.Height));
                    map.Convolve(row, from + image, weights, to + image);
                }
            );
            return y;
        }
    }

    private readonly unsafe struct Map(long[] shape, int side)
    {
        internal int Height { get; } = (int)shape[1];

        internal int Channels { get; } = (int)shape[3];

        internal int Side => side;

        /// <summary>Floats of an image.</summary>
        internal long Size { get; } = shape[1] * shape[2] * shape[3];

        private readonly int width = (int)shape[2];

        /// <summary>A row of the result.</summary>
        [MethodImpl(Hot)]
        internal void Convolve(int row, float* x, float* taps, float* y)
        {
            var reach = side / 2;
            var (up, down) = (Math.Max(-reach, -row), Math.Min(reach, Height - 1 - row));
            for (var column = 0; column < width; column++)
            {
                var (left, right) = (Math.Max(-reach, -column), Math.Min(reach, width - 1 - column));
                var at = ((long)row * width + column) * Channels;
                for (var channel = 0; channel < Channels; channel += Lanes)
                {
                    var sum = Vector256<float>.Zero;
                    for (var dy = up; dy <= down; dy++)
                    {
                        float* line = x + at + channel + (long)dy * width * Channels,
                            weights = taps + channel + ((dy + reach) * side + reach) * Channels;
                        for (var dx = left; dx <= right; dx++)
                            sum = Fma(Vector256.Load(line + dx * Channels), Vector256.Load(weights + dx * Channels), sum);
                    }
                    sum.Store(y + at + channel);
                }
            }
        }

        /// <summary>Σ x · g for one tap of all channels, over the positions from which it sees the map.</summary>
        [MethodImpl(Hot)]
        internal void Correlate(int tap, float* x, float* g, float* sums)
        {
            var (dy, dx) = (tap / side - side / 2, tap % side - side / 2);
            var seen = ((long)dy * width + dx) * Channels;
            var (left, right) = (Math.Max(0, -dx), Math.Min(width, width - dx));
            for (var channel = 0; channel < Channels; channel += Lanes)
            {
                var sum = Vector256<float>.Zero;
                for (var row = Math.Max(0, -dy); row < Math.Min(Height, Height - dy); row++)
                {
                    var at = ((long)row * width + left) * Channels + channel;
                    for (var end = at + (long)Math.Max(0, right - left) * Channels; at < end; at += Channels)
                        sum = Fma(Vector256.Load(x + at + seen), Vector256.Load(g + at), sum);
                }
                sum.Store(sums + channel);
            }
        }
    }
}
