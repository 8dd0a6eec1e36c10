using System.Runtime.CompilerServices;
using F2Net.Kernels.Convolutions;
using static F2Net.Kernels.LowPass.LowPassShape;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>
/// <see cref="AdaptiveLowPass"/> forward: a thread takes some rows of one group of one image, and of these it keeps only those a kernel reaches in
/// memory.
/// </summary>
/// <param name="features">The rows that are filtered.</param>
/// <param name="weight">The generators, (G·k·k, C / G, 3, 3).</param>
/// <param name="bias">(G·k·k).</param>
/// <param name="low">(B, C, H, W), written.</param>
/// <param name="high">Features less low, (B, C, H, W), written; null where nobody asks for it.</param>
internal sealed unsafe class LowPassForward(LowPassShape shape, FeatureRows features, float* weight, float* bias, float* low, float* high)
{
    private const int Band = 64;

    internal void Run(long images)
    {
        if (Sixteen.AreThere)
            Run<Sixteen>(images);
        else
            Run<Eight>(images);
    }

    private void Run<T>(long images)
        where T : struct, IFloats<T>
    {
        var bands = (shape.Height + Band - 1) / Band;
        Team.Run(
            images * bands * shape.Groups,
            job => Work<T>(job / shape.Groups / bands, (int)(job / shape.Groups % bands) * Band, (int)(job % shape.Groups))
        );
    }

    private void Work<T>(long image, int top, int group)
        where T : struct, IFloats<T>
    {
        var size = SlidingRows.Size(shape.Channels, shape) + LowPassGenerator.Size(shape) + Scratch.Size((long)shape.Taps * shape.Rounded);
        using var scratch = new Scratch(size);
        var generator = new LowPassGenerator(scratch, shape, weight, bias, group);
        var weights = scratch.Take((long)shape.Taps * shape.Rounded);
        var rows = new SlidingRows(scratch, shape.Channels, shape, top - shape.Reach);
        var from = (image * shape.Groups + group) * shape.Channels * shape.Area;
        for (var y = top - shape.Reach; y < Math.Min(top + Band, shape.Height) + shape.Reach; y++)
        {
            var next = rows.Next(y);
            if (y >= 0 && y < shape.Height)
                features.Load(shape, image, group, y, next, rows.Map);
            if (y - shape.Reach < top)
                continue;
            var row = y - shape.Reach;
            generator.Weights<T>(rows[row], rows.Map, weights, shape.Rounded);
            for (var c = 0; c < shape.Channels; c++)
            {
                var to = from + c * shape.Area + (long)row * shape.Width;
                Weigh<T>(rows[row] + c * rows.Map, weights, low + to, high is null ? null : high + to);
            }
        }
    }

    // Eq. 5 for one row of one channel, and Eq. 7.
    [MethodImpl(Hot)]
    private void Weigh<T>(float* row, float* weights, float* low, float* high)
        where T : struct, IFloats<T>
    {
        var (taps, width, rounded) = (shape.Taps, shape.Width, shape.Rounded);
        fixed (int* neighbour = shape.Neighbour)
            for (var i = 0; i < width; i += T.Count)
            {
                var sum = default(T);
                for (var t = 0; t < taps; t++)
                    sum = T.Fma(T.Load(weights + t * rounded + i), T.Load(row + neighbour[t] + i), sum);
                Put(sum, low + i, width - i);
                if (high is not null)
                    Put(T.Load(row + i) - sum, high + i, width - i);
            }
    }
}
