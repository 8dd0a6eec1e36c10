using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Taps;

/// <summary>
/// The gradient of <see cref="TapConvolution"/>'s input. At stride 1 it is such a convolution itself, with turned filters. At stride 2 only every second tap
/// meets a position: even and odd rows and columns, counted from the padding, are four convolutions, each with a quarter of the taps.
/// </summary>
internal sealed unsafe class TapInputGradient
{
    // Positions of a job.
    private const int Target = 4096;

    private readonly ConvolutionSizes sizes;
    private readonly PaddedRows padded;
    private readonly int bandRows,
        heldRows,
        reach,
        outRow;

    private TapInputGradient(ConvolutionSizes sizes)
    {
        this.sizes = sizes;
        reach = (sizes.Side - 1) / 2;
        bandRows = Math.Clamp(Target / sizes.Width, 1, sizes.Height);
        heldRows = bandRows / 2 + 1 + reach;
        var positions = (sizes.Width - 1 + sizes.Padding) / 2 + 1;
        padded = new PaddedRows(heldRows, sizes.OutWidth, 1, reach, reach, Eights(positions));
        outRow = Eights((sizes.Width + 1) / 2) + Lanes;
    }

    /// <param name="weight">(Cout, Cin, k, k).</param>
    /// <param name="given">The gradient of the outputs.</param>
    internal static void Run(ConvolutionSizes sizes, float* weight, Maps given, Maps result)
    {
        if (sizes.Stride == 1)
            AsConvolution(sizes, weight, given, result);
        else
            new TapInputGradient(sizes).Run(weight, given, result);
    }

    private static void AsConvolution(ConvolutionSizes sizes, float* weight, Maps given, Maps result)
    {
        using var turned = new Scratch(Scratch.Size(sizes.Inputs * sizes.Outputs * sizes.Taps), zeroed: false);
        var back = sizes with
        {
            Inputs = sizes.Outputs,
            Outputs = sizes.Inputs,
            Height = sizes.OutHeight,
            Width = sizes.OutWidth,
            Padding = sizes.Reach - sizes.Padding,
        };
        var filters = Exchanged(sizes, weight, [.. Enumerable.Range(0, sizes.Taps).Reverse()], turned);
        new TapConvolution(back).Run(filters, null, given, result);
    }

    // The filters with inputs and outputs exchanged, (Cin, Cout, n), of n of their taps.
    private static float* Exchanged(ConvolutionSizes sizes, float* weight, int[] taps, Scratch scratch)
    {
        var start = scratch.Take(sizes.Inputs * sizes.Outputs * taps.Length);
        var to = start;
        for (var input = 0; input < sizes.Inputs; input++)
        for (var output = 0; output < sizes.Outputs; output++)
            foreach (var tap in taps)
                *to++ = weight[((long)output * sizes.Inputs + input) * sizes.Taps + tap];
        return start;
    }

    private void Run(float* weight, Maps given, Maps result)
    {
        long held = (long)sizes.Outputs * padded.Channel,
            made = 2 * TapTiles.Rows * outRow,
            all = sizes.Inputs * sizes.Outputs * sizes.Taps;
        using var scratch = new Scratch(
            2 * (all + 4 * Scratch.Size(1)) + Team.Size * (Scratch.Size(held) + Scratch.Size(made)),
            zeroed: false
        );
        var quarters = new Quarter[4];
        for (var i = 0; i < 4; i++)
            quarters[i] = new Quarter(this, weight, i / 2, i % 2, scratch);
        var (rows, lines) = (scratch.Take(Team.Size, held), scratch.Take(Team.Size, made));
        var bands = (sizes.Height + bandRows - 1) / bandRows;
        Team.Run(
            (long)sizes.Batch * bands,
            (worker, job) =>
            {
                var (image, top) = ((int)(job / bands), (int)(job % bands) * bandRows);
                var g = (float*)rows[worker];
                var first = (top + sizes.Padding) / 2 - reach;
                for (var channel = 0; channel < sizes.Outputs; channel++)
                    padded.Fill(given.Plane(image, channel), sizes.OutHeight, first, g + channel * padded.Channel);
                for (var row = top; row < Math.Min(top + bandRows, sizes.Height); row++)
                {
                    var (parity, place) = ((row + sizes.Padding) % 2, ((row + sizes.Padding) / 2 - first) * padded.Row + reach);
                    for (int input = 0, height; input < sizes.Inputs; input += height)
                    {
                        height = TapTiles.Height(sizes.Inputs - input);
                        if (TapTiles.TakesSixteen((sizes.Width + 1) / 2))
                            Row<Sixteen>(height, input, quarters.AsSpan(2 * parity, 2), g + place, (float*)lines[worker]);
                        else
                            Row<Eight>(height, input, quarters.AsSpan(2 * parity, 2), g + place, (float*)lines[worker]);
                        for (var i = 0; i < height; i++)
                        {
                            var line = (float*)lines[worker] + 2 * i * outRow;
                            Mingle(line, line + outRow, result.Plane(image, input + i) + (long)row * sizes.Width, sizes.Width);
                        }
                    }
                }
            }
        );
    }

    // A row of some inputs: columns 0, 2, 4, … of each, then 1, 3, 5, …
    [MethodImpl(Hot)]
    private void Row<T>(int height, int input, ReadOnlySpan<Quarter> quarters, float* g, float* lines)
        where T : struct, IFloats<T>
    {
        for (var odd = 0; odd < 2; odd++)
        {
            var quarter = quarters[(odd + sizes.Padding) % 2];
            float* from = g + (odd + sizes.Padding) / 2,
                to = lines + odd * outRow;
            for (var column = 0; 2 * column + odd < sizes.Width; column += 2 * T.Count, from += 2 * T.Count, to += 2 * T.Count)
            {
                // The last vector is made twice where there is an odd number of them.
                var next = 2 * (column + T.Count) + odd < sizes.Width ? T.Count : 0;
                TapTiles.Sum<T>(
                    height,
                    quarter.Filters + (long)input * quarter.Count,
                    quarter.Count,
                    quarter.Places,
                    quarter.Count,
                    from,
                    from + next,
                    null,
                    to,
                    to + next,
                    2 * outRow
                );
            }
        }
    }

    // to = a0, b0, a1, b1, …
    [MethodImpl(Hot)]
    private static void Mingle(float* a, float* b, float* to, int count)
    {
        var i = 0;
        if (Avx.IsSupported)
            for (; i <= count - 2 * Lanes; i += 2 * Lanes)
            {
                Vector256<float> even = Vector256.Load(a + i / 2),
                    odd = Vector256.Load(b + i / 2),
                    low = Avx.UnpackLow(even, odd),
                    high = Avx.UnpackHigh(even, odd);
                Avx.Permute2x128(low, high, 0x20).Store(to + i);
                Avx.Permute2x128(low, high, 0x31).Store(to + i + Lanes);
            }
        for (; i < count; i++)
            to[i] = (i % 2 == 0 ? a : b)[i / 2];
    }

    /// <summary>The taps that meet rows and columns of one parity each, and where they find the gradient.</summary>
    private readonly struct Quarter
    {
        internal Quarter(TapInputGradient of, float* weight, int down, int across, Scratch scratch)
        {
            var side = of.sizes.Side;
            var taps = Enumerable.Range(0, of.sizes.Taps).Where(tap => tap / side % 2 == down && tap % side % 2 == across).ToArray();
            Count = of.sizes.Outputs * taps.Length;
            Filters = Exchanged(of.sizes, weight, taps, scratch);
            Places = (int*)scratch.Take(Count);
            for (var output = 0; output < of.sizes.Outputs; output++)
            for (var i = 0; i < taps.Length; i++)
                Places[output * taps.Length + i] = output * of.padded.Channel - taps[i] / side / 2 * of.padded.Row - taps[i] % side / 2;
        }

        /// <summary>(Cin, Cout, taps).</summary>
        internal float* Filters { get; }

        /// <summary>Of every output's taps.</summary>
        internal int* Places { get; }

        internal int Count { get; }
    }
}
