using F2Net.Kernels.Convolutions.Winograd;
using F2Net.Kernels.Matrices;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// A convolution as one matrix product per tap over the positions from which the tap sees the map, the others being zero: the way for
/// dilations near the map's size, and for 1 x 1 filters. A worker owns some rows of an image.
/// </summary>
internal sealed unsafe class ShiftedConvolution
{
    // Positions of a job; so many inputs of 512 channels fit a core's cache.
    private const int Target = 256;

    private readonly int batch,
        height,
        width,
        paddedOutputs,
        bandRows,
        bandRow;
    private readonly Filters filters;
    private readonly Maps input,
        output;
    private readonly Func<int, int, Finish> finish;
    private readonly Shift[] shifts;

    /// <param name="finish">Of an image and an output.</param>
    internal ShiftedConvolution(
        int batch,
        int height,
        int width,
        int dilation,
        Filters filters,
        Maps input,
        Maps output,
        Func<int, int, Finish> finish
    )
    {
        (this.batch, this.height, this.width) = (batch, height, width);
        (this.filters, this.input, this.output, this.finish) = (filters, input, output, finish);
        shifts = [.. Enumerable.Range(0, filters.Taps).Select(tap => new Shift(tap, filters.Taps, height, width, dilation))];
        paddedOutputs = MatrixKernel.WholeTiles(filters.Outputs);
        bandRows = Math.Clamp(Target / width, 1, height);
        bandRow = WinogradConvolution.RowOf(bandRows * width);
    }

    internal void Run()
    {
        long inputSize = (long)filters.Inputs * bandRow,
            outputSize = (long)paddedOutputs * bandRow,
            tapSize = (long)paddedOutputs * filters.Inputs;
        var own = Scratch.Size(inputSize) + 2 * Scratch.Size(outputSize);
        using var scratch = new Scratch(filters.Taps * Scratch.Size(tapSize) + Team.Size * own, zeroed: false);
        var taps = scratch.Take(filters.Taps, tapSize);
        var (seen, sums, products) = (
            scratch.Take(Team.Size, inputSize),
            scratch.Take(Team.Size, outputSize),
            scratch.Take(Team.Size, outputSize)
        );
        Team.Run(
            filters.Outputs,
            (_, o) =>
            {
                for (var tap = 0; tap < filters.Taps; tap++)
                    filters.Tap(tap, (int)o, (float*)taps[tap] + o * filters.Inputs);
            }
        );
        var bands = (height + bandRows - 1) / bandRows;
        Team.Run(
            (long)batch * bands,
            (worker, job) =>
            {
                var (image, top) = ((int)(job / bands), (int)(job % bands) * bandRows);
                var rows = Math.Min(bandRows, height - top);
                var sum = (float*)sums[worker];
                // The middle tap sees everything: it begins the sum.
                Add(image, top, rows, filters.Taps / 2, taps, (float*)seen[worker], sum, (float*)products[worker]);
                for (var tap = 0; tap < filters.Taps; tap++)
                    if (tap != filters.Taps / 2)
                        Add(image, top, rows, tap, taps, (float*)seen[worker], sum, (float*)products[worker]);
                for (var o = 0; o < filters.Outputs; o++)
                    finish(image, o).Write(sum + (long)o * bandRow, output.Plane(image, o), (long)top * width, rows * width);
            }
        );
    }

    // Adds what a tap sees from a band of rows to their sums; the middle tap sets them.
    private void Add(int image, int top, int rows, int tap, nint[] taps, float* seen, float* sums, float* products)
    {
        var shift = shifts[tap];
        var (first, end) = (Math.Max(top, shift.Top), Math.Min(top + rows, shift.Bottom));
        if (first >= end || shift.Columns == 0)
            return;
        for (var channel = 0; channel < filters.Inputs; channel++)
        {
            var plane = input.Plane(image, channel);
            var to = seen + (long)channel * bandRow;
            for (var y = first; y < end; y++, to += shift.Columns)
                new Span<float>(plane + (long)(y + shift.Down) * width + shift.Left + shift.Across, shift.Columns).CopyTo(
                    new Span<float>(to, shift.Columns)
                );
        }
        var whole = shift.Columns == width;
        MatrixKernel.Multiply(
            (float*)taps[tap],
            filters.Inputs,
            1,
            seen,
            bandRow,
            MatrixKernel.Columns,
            paddedOutputs,
            (end - first) * shift.Columns,
            filters.Inputs,
            whole ? sums + (first - top) * width : products,
            bandRow,
            whole && tap != filters.Taps / 2
        );
        if (!whole)
            for (var o = 0; o < filters.Outputs; o++)
            for (var y = first; y < end; y++)
                Simd.Add(
                    products + (long)o * bandRow + (y - first) * shift.Columns,
                    sums + (long)o * bandRow + (y - top) * width + shift.Left,
                    shift.Columns
                );
    }
}
