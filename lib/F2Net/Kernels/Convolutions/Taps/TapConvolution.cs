using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Taps;

/// <summary>A convolution of stride 1 or 2 tap by tap; a job owns some rows of an image.</summary>
internal sealed unsafe class TapConvolution
{
    // Positions of a job, and floats that its rows may take: they stay in the second-level cache while all outputs read them.
    private const int Target = 2048,
        MostHeld = 1 << 16;

    private readonly ConvolutionSizes sizes;
    private readonly int bandRows;
    private readonly PaddedRows padded;

    internal TapConvolution(ConvolutionSizes sizes)
    {
        this.sizes = sizes;
        for (bandRows = Math.Clamp(Target / sizes.OutWidth, 1, sizes.OutHeight); ; bandRows = (bandRows + 1) / 2)
        {
            padded = Held(sizes, bandRows);
            // Bands lower than the filters reach would each hold most of the rows that the next one holds.
            if (bandRows <= Math.Max(1, sizes.Reach) || sizes.Inputs * padded.Channel <= MostHeld)
                break;
        }
    }

    /// <summary>What so many rows of outputs read.</summary>
    internal static PaddedRows Held(ConvolutionSizes sizes, int outputRows) =>
        new(
            (outputRows - 1) * sizes.Stride + sizes.Reach + 1,
            sizes.Width,
            sizes.Stride,
            sizes.Padding,
            sizes.Reach,
            Eights(sizes.OutWidth)
        );

    /// <summary>Where each input's taps lie, seen from the first one of the first input.</summary>
    internal static void Places(ConvolutionSizes sizes, PaddedRows padded, int* at)
    {
        for (var input = 0; input < sizes.Inputs; input++)
        for (var tap = 0; tap < sizes.Taps; tap++)
            *at++ =
                input * padded.Channel + tap / sizes.Side * sizes.Dilation * padded.Row + padded.Column(tap % sizes.Side * sizes.Dilation);
    }

    /// <param name="weight">(Cout, Cin·k·k).</param>
    /// <param name="bias">(Cout), or null.</param>
    internal void Run(float* weight, float* bias, Maps input, Maps output)
    {
        if (TapTiles.TakesSixteen(sizes.OutWidth))
            Run<Sixteen>(weight, bias, input, output);
        else
            Run<Eight>(weight, bias, input, output);
    }

    private void Run<T>(float* weight, float* bias, Maps input, Maps output)
        where T : struct, IFloats<T>
    {
        var count = sizes.Inputs * sizes.Taps;
        long held = (long)sizes.Inputs * padded.Channel;
        using var scratch = new Scratch(Scratch.Size(count) + Team.Size * Scratch.Size(held), zeroed: false);
        var at = (int*)scratch.Take(count);
        Places(sizes, padded, at);
        var rows = scratch.Take(Team.Size, held);
        var bands = (sizes.OutHeight + bandRows - 1) / bandRows;
        Team.Run(
            (long)sizes.Batch * bands,
            (worker, job) =>
            {
                var (image, top) = ((int)(job / bands), (int)(job % bands) * bandRows);
                var x = (float*)rows[worker];
                for (var channel = 0; channel < sizes.Inputs; channel++)
                    padded.Fill(
                        input.Plane(image, channel),
                        sizes.Height,
                        top * sizes.Stride - sizes.Padding,
                        x + channel * padded.Channel
                    );
                for (int first = 0, height; first < sizes.Outputs; first += height)
                {
                    height = TapTiles.Height(sizes.Outputs - first);
                    Band<T>(
                        height,
                        weight + (long)first * count,
                        at,
                        count,
                        x,
                        bias == null ? null : bias + first,
                        output.Plane(image, first) + (long)top * sizes.OutWidth,
                        output.Size,
                        Math.Min(bandRows, sizes.OutHeight - top)
                    );
                }
            }
        );
    }

    // Some outputs at all of a band's positions, two vectors at a time.
    [MethodImpl(Hot)]
    private void Band<T>(int height, float* weight, int* at, int count, float* x, float* bias, float* y, long yRow, int rows)
        where T : struct, IFloats<T>
    {
        var spare = stackalloc float[2 * T.Count * TapTiles.Rows];
        var across = (sizes.OutWidth + T.Count - 1) / T.Count;
        var vectors = rows * across;
        for (var vector = 0; vector < vectors; vector += 2)
        {
            var (first, second) = (Place(vector, across, T.Count), Place(Math.Min(vector + 1, vectors - 1), across, T.Count));
            float* x0 = x + first.Read,
                x1 = x + second.Read;
            if (vector + 1 < vectors && first.Count == T.Count && second.Count == T.Count)
            {
                TapTiles.Sum<T>(height, weight, count, at, count, x0, x1, bias, y + first.Written, y + second.Written, yRow);
                continue;
            }
            TapTiles.Sum<T>(height, weight, count, at, count, x0, x1, bias, spare, spare + T.Count, 2 * T.Count);
            for (var row = 0; row < height; row++)
            {
                Copy(spare + row * 2 * T.Count, y + row * yRow + first.Written, first.Count);
                Copy(spare + row * 2 * T.Count + T.Count, y + row * yRow + second.Written, second.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Read, int Written, int Count) Place(int vector, int across, int lanes)
    {
        var (row, column) = (vector / across, vector % across * lanes);
        return (row * sizes.Stride * padded.Row + column, row * sizes.OutWidth + column, Math.Min(lanes, sizes.OutWidth - column));
    }
}
