using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Convolutions.Taps;

/// <summary>The gradient of <see cref="TapConvolution"/>'s filters. A job owns a sum over some rows of an image; the sums are added afterwards, in one order.</summary>
internal static unsafe class TapWeightGradient
{
    // Positions of a job: the gradient of three channels and what four taps read there stay in the first-level cache.
    private const int Target = 1024;

    // Floats of all jobs' sums.
    private const long MostSums = 1 << 22;

    // A tile's channels and taps.
    private const int Channels = 3,
        Taps = 4;

    /// <param name="given">The gradient of the outputs.</param>
    /// <returns>(Cout, Cin, k, k).</returns>
    internal static Tensor Run(ConvolutionSizes sizes, Maps input, Maps given)
    {
        var count = sizes.Inputs * sizes.Taps;
        var mostBands = Math.Clamp(MostSums / ((long)sizes.Batch * sizes.Outputs * count), 1, sizes.OutHeight);
        var bandRows = (int)
            Math.Max(Math.Clamp(Target / sizes.OutWidth, 1, sizes.OutHeight), (sizes.OutHeight + mostBands - 1) / mostBands);
        var bands = (sizes.OutHeight + bandRows - 1) / bandRows;
        var read = TapConvolution.Held(sizes, bandRows);
        var made = new PaddedRows(bandRows, sizes.OutWidth, 1, 0, 0, Eights(sizes.OutWidth));

        long readSize = (long)sizes.Inputs * read.Channel,
            madeSize = (long)sizes.Outputs * made.Channel;
        using var scratch = new Scratch(
            Scratch.Size(count + Taps) + Team.Size * (Scratch.Size(readSize) + Scratch.Size(madeSize)),
            zeroed: false
        );
        var at = (int*)scratch.Take(count + Taps);
        TapConvolution.Places(sizes, read, at);
        new Span<int>(at + count, Taps).Fill(at[count - 1]);
        var (xs, gs) = (scratch.Take(Team.Size, readSize), scratch.Take(Team.Size, madeSize));
        using var sums = empty([sizes.Batch * bands, sizes.Outputs, sizes.Inputs, sizes.Side, sizes.Side]);
        var start = Start(sums);
        Team.Run(
            (long)sizes.Batch * bands,
            (worker, job) =>
            {
                var (image, top) = ((int)(job / bands), (int)(job % bands) * bandRows);
                float* x = (float*)xs[worker],
                    g = (float*)gs[worker];
                for (var channel = 0; channel < sizes.Inputs; channel++)
                    read.Fill(input.Plane(image, channel), sizes.Height, top * sizes.Stride - sizes.Padding, x + channel * read.Channel);
                for (var channel = 0; channel < sizes.Outputs; channel++)
                    made.Fill(given.Plane(image, channel), sizes.OutHeight, top, g + channel * made.Channel);
                var rows = Math.Min(bandRows, sizes.OutHeight - top);
                var to = start + job * sizes.Outputs * count;
                if (TapTiles.TakesSixteen(sizes.OutWidth))
                    Sum<Sixteen>(sizes, read, made, x, g, at, rows, to);
                else
                    Sum<Eight>(sizes, read, made, x, g, at, rows, to);
            }
        );
        return JobSums.Of(sums);
    }

    // Where the last tile reaches beyond the last channel or tap, that one is taken once more, and what comes of it left out.
    [MethodImpl(Hot)]
    private static void Sum<T>(ConvolutionSizes sizes, PaddedRows read, PaddedRows made, float* x, float* g, int* at, int rows, float* sums)
        where T : struct, IFloats<T>
    {
        var (count, xRow, columns) = (sizes.Inputs * sizes.Taps, sizes.Stride * read.Row, Eights(sizes.OutWidth));
        var spare = stackalloc float[Channels * Taps];
        for (var output = 0; output < sizes.Outputs; output += Channels, sums += Channels * count)
        {
            var channels = Math.Min(Channels, sizes.Outputs - output);
            float* g0 = g + output * made.Channel,
                g1 = channels > 1 ? g0 + made.Channel : g0,
                g2 = channels > 2 ? g1 + made.Channel : g1;
            for (var tap = 0; tap < count; tap += Taps)
            {
                var whole = channels == Channels && tap + Taps <= count;
                TapTiles.Dots<T>(
                    g0,
                    g1,
                    g2,
                    made.Row,
                    x + at[tap],
                    x + at[tap + 1],
                    x + at[tap + 2],
                    x + at[tap + 3],
                    xRow,
                    rows,
                    columns,
                    whole ? sums + tap : spare,
                    whole ? count : Taps
                );
                if (!whole)
                    for (var i = 0; i < channels; i++)
                        Copy(spare + i * Taps, sums + i * count + tap, Math.Min(Taps, count - tap));
            }
        }
    }
}
