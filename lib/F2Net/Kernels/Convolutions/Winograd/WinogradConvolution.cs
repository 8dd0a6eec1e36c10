using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Convolutions.Winograd.WinogradTransforms;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Winograd;

/// <summary>
/// A 3 x 3 convolution of stride 1 with any dilation and as much padding: per block of tiles the inputs are transformed, 36 matrix products
/// made of them, and these transformed back.
/// </summary>
/// <remarks>
/// Where the filters' transforms fit a core's cache they are made once and a thread takes whole blocks. Where they do not, all threads work on one
/// block of many tiles, each for its own outputs, and transform the filters as they come to them: that costs less than to read them
/// from memory, four times as large as they are.
/// </remarks>
internal sealed unsafe class WinogradConvolution
{
    // Outputs whose products one worker holds at a time; a multiple of the product's tile.
    private const int Group = 24;

    // Transformed filters up to so many floats (2 MB) are kept.
    private const long Kept = 1 << 19;

    // Tiles of a block: a worker's own inputs shall stay in its cache, and the filters be transformed for many.
    private const int FewTiles = 32,
        ManyTiles = 192;

    private readonly WinogradTiles tiles;
    private readonly Filters filters;
    private readonly Maps input,
        output;
    private readonly Func<int, int, Finish> finish;
    private readonly int groups,
        filterRow;
    private readonly long stepsInBlock;

    /// <param name="finish">Of an image and an output.</param>
    internal WinogradConvolution(WinogradTiles tiles, Filters filters, Maps input, Maps output, Func<int, int, Finish> finish)
    {
        (this.tiles, this.filters, this.input, this.output, this.finish) = (tiles, filters, input, output, finish);
        groups = (filters.Outputs + Group - 1) / Group;
        filterRow = (filters.Inputs + Lanes - 1) / Lanes * Lanes + Lanes;
        var tilesInBlock = Keeps ? FewTiles : ManyTiles;
        stepsInBlock = Math.Clamp(tilesInBlock / tiles.Dilation, 1, tiles.AllSteps);
    }

    private bool Keeps => groups * FilterSize <= Kept;
    private long FilterPosition => Scratch.Apart((long)Group * filterRow);
    private long InputPosition => Scratch.Apart((long)filters.Inputs * TileRow);
    private long ProductPosition => Scratch.Apart((long)Group * TileRow);
    private long FilterSize => Positions * FilterPosition;
    private int TileRow => RowOf(stepsInBlock * tiles.Dilation);
    private long InputSize => Positions * InputPosition;
    private long ProductSize => Positions * ProductPosition;
    private long Blocks => (tiles.AllSteps + stepsInBlock - 1) / stepsInBlock;

    internal void Run()
    {
        if (Keeps)
            RunBlocks();
        else
            RunGroups();
    }

    /// <summary>Floats between two rows of so many tiles, with room for a vector more.</summary>
    internal static int RowOf(long tiles) => (int)Scratch.Apart(tiles + Lanes);

    private void RunBlocks()
    {
        var own = Scratch.Size(InputSize) + Scratch.Size(ProductSize) + Scratch.Size(tiles.ScratchSize);
        using var scratch = new Scratch(Scratch.Size(groups * FilterSize) + Team.Size * own, zeroed: false);
        var transformed = scratch.Take(groups * FilterSize);
        var (inputs, products, spares) = (
            scratch.Take(Team.Size, InputSize),
            scratch.Take(Team.Size, ProductSize),
            scratch.Take(Team.Size, tiles.ScratchSize)
        );
        Team.Run(groups, (_, group) => TransformFilters((int)group, transformed + group * FilterSize));
        Team.Run(
            Blocks,
            (worker, block) =>
            {
                var v = (float*)inputs[worker];
                for (var channel = 0; channel < filters.Inputs; channel++)
                    TransformInput(block, channel, v, (float*)spares[worker]);
                for (var group = 0; group < groups; group++)
                    Multiply(block, group, transformed + group * FilterSize, v, (float*)products[worker], (float*)spares[worker]);
            }
        );
    }

    private void RunGroups()
    {
        var own = Scratch.Size(FilterSize) + Scratch.Size(ProductSize) + Scratch.Size(tiles.ScratchSize);
        using var scratch = new Scratch(Scratch.Size(InputSize) + Team.Size * own, zeroed: false);
        var v = scratch.Take(InputSize);
        var (transformed, products, spares) = (
            scratch.Take(Team.Size, FilterSize),
            scratch.Take(Team.Size, ProductSize),
            scratch.Take(Team.Size, tiles.ScratchSize)
        );
        for (var block = 0L; block < Blocks; block++)
        {
            Team.Run(filters.Inputs, (worker, channel) => TransformInput(block, (int)channel, v, (float*)spares[worker]));
            Team.Run(
                groups,
                (worker, group) =>
                {
                    TransformFilters((int)group, (float*)transformed[worker]);
                    Multiply(block, (int)group, (float*)transformed[worker], v, (float*)products[worker], (float*)spares[worker]);
                }
            );
        }
    }

    private int OutputsOf(int group) => Math.Min(Group, filters.Outputs - group * Group);

    private void TransformFilters(int group, float* to)
    {
        for (var row = 0; row < OutputsOf(group); row++)
            filters.Transform(group * Group + row, to + row * filterRow, FilterPosition);
    }

    private void TransformInput(long block, int channel, float* to, float* scratch)
    {
        var (step, end) = (block * stepsInBlock, Math.Min((block + 1) * stepsInBlock, tiles.AllSteps));
        for (to += channel * TileRow; step < end; )
        {
            var stretch = tiles.From(step, end);
            tiles.Input(input.Plane(stretch.Image, channel), stretch, to, InputPosition, scratch);
            to += stretch.Steps * tiles.Dilation;
            step += stretch.Steps;
        }
    }

    private void Multiply(long block, int group, float* transformed, float* v, float* products, float* scratch)
    {
        var (step, end) = (block * stepsInBlock, Math.Min((block + 1) * stepsInBlock, tiles.AllSteps));
        var outputs = OutputsOf(group);
        for (var position = 0; position < Positions; position++)
            MatrixKernel.Multiply(
                transformed + position * FilterPosition,
                filterRow,
                1,
                v + position * InputPosition,
                TileRow,
                MatrixKernel.Columns,
                MatrixKernel.WholeTiles(outputs),
                ((int)(end - step) * tiles.Dilation + 15) / 16 * 16,
                filters.Inputs,
                products + position * ProductPosition,
                TileRow,
                false
            );
        for (var tile = 0; step < end; )
        {
            var stretch = tiles.From(step, end);
            for (var row = 0; row < outputs; row++)
            {
                var channel = group * Group + row;
                tiles.Output(
                    products + row * TileRow + tile,
                    ProductPosition,
                    stretch,
                    output.Plane(stretch.Image, channel),
                    finish(stretch.Image, channel),
                    scratch
                );
            }
            tile += stretch.Steps * tiles.Dilation;
            step += stretch.Steps;
        }
    }
}
