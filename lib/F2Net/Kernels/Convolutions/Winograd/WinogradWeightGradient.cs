using System.Runtime.CompilerServices;
using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Convolutions.Winograd.WinogradTransforms;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Winograd;

/// <summary>
/// The gradient of a 3 x 3 convolution with respect to its filters, by the same 36 products per tile: summed over all tiles while
/// transformed, then transformed back.
/// </summary>
internal sealed unsafe class WinogradWeightGradient
{
    // Values that a block of tiles has at each position, inputs and outputs together: so many stay in the third-level cache.
    private const int Block = 1 << 16;

    private readonly WinogradTiles tiles;
    private readonly Maps input,
        gradient;
    private readonly int inputs,
        outputs,
        row,
        tileRow;
    private readonly long stepsInBlock;

    /// <param name="gradient">Of the outputs.</param>
    internal WinogradWeightGradient(WinogradTiles tiles, int inputs, int outputs, Maps input, Maps gradient)
    {
        (this.tiles, this.inputs, this.outputs, this.input, this.gradient) = (tiles, inputs, outputs, input, gradient);
        stepsInBlock = Math.Clamp(Math.Clamp(Block / (inputs + outputs), 64, 1024) / tiles.Dilation, 1, tiles.AllSteps);
        tileRow = WinogradConvolution.RowOf(stepsInBlock * tiles.Dilation);
        row = WinogradConvolution.RowOf(inputs);
    }

    /// <summary>Fills (Cout, Cin, 3, 3).</summary>
    internal void Run(float* weight)
    {
        // Transposing takes eight rows at a time.
        long inputSize = Positions * InputPosition + Lanes * tileRow,
            outputSize = Positions * OutputPosition,
            sumSize = Positions * SumPosition,
            turned = (long)tileRow * row;
        var own = Scratch.Size(tiles.ScratchSize) + Scratch.Size(turned);
        using var scratch = new Scratch(
            Scratch.Size(inputSize) + Scratch.Size(outputSize) + Scratch.Size(sumSize) + Team.Size * own,
            zeroed: false
        );
        float* v = scratch.Take(inputSize),
            m = scratch.Take(outputSize),
            sums = scratch.Take(sumSize);
        nint[] spares = scratch.Take(Team.Size, tiles.ScratchSize),
            turnedInputs = scratch.Take(Team.Size, turned);

        for (var first = 0L; first < tiles.AllSteps; first += stepsInBlock)
        {
            var (start, end) = (first, Math.Min(first + stepsInBlock, tiles.AllSteps));
            Team.Run(inputs + outputs, (worker, channel) => Transform(start, end, (int)channel, v, m, (float*)spares[worker]));
            Team.Run(
                Positions,
                (worker, position) =>
                {
                    var count = (int)(end - start) * tiles.Dilation;
                    var x = (float*)turnedInputs[worker];
                    Transposition.Run(v + position * InputPosition, tileRow, Eights(inputs), Eights(count), x, row);
                    MatrixKernel.Multiply(
                        m + position * OutputPosition,
                        tileRow,
                        1,
                        x,
                        row,
                        MatrixKernel.Columns,
                        outputs,
                        Eights(inputs),
                        count,
                        sums + position * SumPosition,
                        row,
                        start > 0
                    );
                }
            );
        }
        Team.Run(outputs, (_, output) => TransformBack(sums + output * row, weight + output * inputs * 9));
    }

    private long InputPosition => Scratch.Apart((long)inputs * tileRow);
    private long OutputPosition => Scratch.Apart((long)outputs * tileRow);
    private long SumPosition => Scratch.Apart((long)outputs * row);

    private void Transform(long step, long end, int channel, float* v, float* m, float* scratch)
    {
        for (var tile = 0; step < end; )
        {
            var stretch = tiles.From(step, end);
            if (channel < inputs)
                tiles.Input(input.Plane(stretch.Image, channel), stretch, v + (long)channel * tileRow + tile, InputPosition, scratch);
            else
                tiles.OutputGradient(
                    gradient.Plane(stretch.Image, channel - inputs),
                    stretch,
                    m + (long)(channel - inputs) * tileRow + tile,
                    OutputPosition,
                    scratch
                );
            tile += stretch.Steps * tiles.Dilation;
            step += stretch.Steps;
        }
    }

    [MethodImpl(Hot)]
    private void TransformBack(float* sums, float* weight)
    {
        var stride = SumPosition;
        var taps = stackalloc float[9 * Lanes];
        var between = stackalloc float[Positions * Lanes];
        for (var first = 0; first < inputs; first += Lanes)
        {
            BothSides<FilterGradient>(sums + first, Side * stride, stride, Outputs * stride, taps, 3 * Lanes, Lanes, between);
            for (var lane = 0; lane < Math.Min(Lanes, inputs - first); lane++)
            for (var tap = 0; tap < 9; tap++)
                weight[(first + lane) * 9 + tap] = taps[tap * Lanes + lane];
        }
    }
}
