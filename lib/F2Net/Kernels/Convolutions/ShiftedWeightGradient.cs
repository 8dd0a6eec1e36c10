using F2Net.Kernels.Convolutions.Winograd;
using F2Net.Kernels.Matrices;

namespace F2Net.Kernels.Convolutions;

/// <summary>
/// The gradient with respect to the filters of <see cref="ShiftedConvolution"/>: at each tap a matrix product over the positions from which
/// the tap sees the map. A worker owns a tap of some inputs.
/// </summary>
internal sealed unsafe class ShiftedWeightGradient
{
    // Inputs of a job.
    private const int Group = 64;

    // Positions whose values a worker holds at a time.
    private const int Target = 384;

    private readonly int batch,
        width,
        inputs,
        outputs,
        taps,
        bandRows;
    private readonly Maps input,
        gradient;
    private readonly Shift[] shifts;

    /// <param name="gradient">Of the outputs.</param>
    internal ShiftedWeightGradient(
        int batch,
        int height,
        int width,
        int dilation,
        int taps,
        int inputs,
        int outputs,
        Maps input,
        Maps gradient
    )
    {
        (this.batch, this.width, this.taps) = (batch, width, taps);
        (this.inputs, this.outputs, this.input, this.gradient) = (inputs, outputs, input, gradient);
        shifts = [.. Enumerable.Range(0, taps).Select(tap => new Shift(tap, taps, height, width, dilation))];
        bandRows = Math.Clamp(Target / width, 1, height);
    }

    /// <summary>Fills (Cout, Cin, k, k).</summary>
    internal void Run(float* weight)
    {
        int row = WinogradConvolution.RowOf(bandRows * width),
            turnedRow = WinogradConvolution.RowOf(Group);
        long seenSize = Group * row,
            turnedSize = (long)row * turnedRow,
            gradientSize = (long)outputs * row,
            sumSize = (long)outputs * Group;
        var own = Scratch.Size(seenSize) + Scratch.Size(turnedSize) + Scratch.Size(gradientSize) + Scratch.Size(sumSize);
        using var scratch = new Scratch(Team.Size * own, zeroed: false);
        var (seen, turned, given, sums) = (
            scratch.Take(Team.Size, seenSize),
            scratch.Take(Team.Size, turnedSize),
            scratch.Take(Team.Size, gradientSize),
            scratch.Take(Team.Size, sumSize)
        );
        var groups = (inputs + Group - 1) / Group;
        Team.Run(
            (long)taps * groups,
            (worker, job) =>
            {
                var (tap, first) = ((int)(job / groups), (int)(job % groups) * Group);
                var (shift, channels) = (shifts[tap], Math.Min(Group, inputs - first));
                float* x = (float*)seen[worker],
                    xTurned = (float*)turned[worker],
                    dy = (float*)given[worker],
                    sum = (float*)sums[worker];
                new Span<float>(sum, (int)sumSize).Clear();
                for (var image = 0; image < batch && shift.Columns > 0; image++)
                for (var top = shift.Top; top < shift.Bottom; top += bandRows)
                {
                    var rows = Math.Min(bandRows, shift.Bottom - top);
                    for (var c = 0; c < channels; c++)
                        Gather(
                            input.Plane(image, first + c),
                            top + shift.Down,
                            rows,
                            shift.Left + shift.Across,
                            shift.Columns,
                            x + c * row
                        );
                    for (var o = 0; o < outputs; o++)
                        Gather(gradient.Plane(image, o), top, rows, shift.Left, shift.Columns, dy + (long)o * row);
                    var count = rows * shift.Columns;
                    Transposition.Run(x, row, Group, (count + Simd.Lanes - 1) / Simd.Lanes * Simd.Lanes, xTurned, turnedRow);
                    MatrixKernel.Multiply(dy, row, 1, xTurned, turnedRow, MatrixKernel.Columns, outputs, channels, count, sum, Group, true);
                }
                for (var o = 0; o < outputs; o++)
                for (var c = 0; c < channels; c++)
                    weight[((long)o * inputs + first + c) * taps + tap] = sum[o * Group + c];
            }
        );
    }

    private void Gather(float* plane, int top, int rows, int left, int columns, float* to)
    {
        for (var y = top; y < top + rows; y++, to += columns)
            new Span<float>(plane + (long)y * width + left, columns).CopyTo(new Span<float>(to, columns));
    }
}
