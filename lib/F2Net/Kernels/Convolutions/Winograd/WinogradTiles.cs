using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions.Winograd;

/// <summary>
/// How a batch of maps falls into tiles of 4 x 4. A dilation of d makes d·d maps of one, each of every d-th row and column; tiles that lie
/// beside each other in all d maps of a row follow each other, so that what eight of them have in one place lies side by side.
/// </summary>
internal readonly unsafe struct WinogradTiles(int batch, int height, int width, int dilation)
{
    private const int Outputs = WinogradTransforms.Outputs,
        Side = WinogradTransforms.Side;

    /// <summary>Rows of tiles in a map.</summary>
    private readonly int rows = dilation * Steps(height, dilation);

    /// <summary>Steps of d tiles in a row of tiles.</summary>
    private readonly int steps = Steps(width, dilation);

    internal int Dilation => dilation;

    /// <summary>Steps of d tiles in the batch; work is cut between them.</summary>
    internal long AllSteps => (long)batch * rows * steps;

    internal long Count => AllSteps * dilation;

    /// <summary>Scratch floats that <see cref="Split"/> and <see cref="Merge"/> need for a row of tiles.</summary>
    internal int ScratchSize => LineSize + Side * Outputs * PhaseSize + Side * Side * Lanes;

    private int LineSize => (Outputs * steps + 2) * dilation + 2 * Lanes;

    private int PhaseSize => (steps + 1) * dilation + 2 * Lanes;

    /// <summary>A stretch of a row of tiles: where it lies and how many steps it has.</summary>
    internal readonly record struct Stretch(int Image, int Row, int Step, int Steps);

    /// <summary>The longest stretch from a step on that ends before another one.</summary>
    internal Stretch From(long step, long end)
    {
        var (row, first) = ((int)(step / steps), (int)(step % steps));
        return new(row / rows, row % rows, first, (int)Math.Min(steps - first, end - step));
    }

    /// <summary>Transforms the inputs of a stretch's tiles: 36 rows of as many values as tiles (and up to seven more), <paramref name="stride"/> apart.</summary>
    [MethodImpl(Hot)]
    internal void Input(float* plane, Stretch stretch, float* to, long stride, float* scratch)
    {
        float* phases = scratch + LineSize,
            between = phases + Side * Outputs * PhaseSize;
        for (var i = 0; i < Side; i++)
            Split(plane, FirstRow(stretch) + (i - 1) * dilation, stretch, -1, 2, scratch, phases + i * Outputs * PhaseSize);
        for (var tile = 0; tile < stretch.Steps * dilation; tile += Lanes)
            WinogradTransforms.BothSides<WinogradTransforms.Input>(
                phases + tile,
                Outputs * PhaseSize,
                PhaseSize,
                dilation,
                to + tile,
                Side * stride,
                stride,
                between
            );
    }

    /// <summary>The same of the gradients of a stretch's outputs: what they are to its 36 products.</summary>
    [MethodImpl(Hot)]
    internal void OutputGradient(float* plane, Stretch stretch, float* to, long stride, float* scratch)
    {
        float* phases = scratch + LineSize,
            between = phases + Side * Outputs * PhaseSize;
        for (var i = 0; i < Outputs; i++)
            Split(plane, FirstRow(stretch) + i * dilation, stretch, 0, 0, scratch, phases + i * Outputs * PhaseSize);
        for (var tile = 0; tile < stretch.Steps * dilation; tile += Lanes)
            WinogradTransforms.BothSides<WinogradTransforms.OutputGradient>(
                phases + tile,
                Outputs * PhaseSize,
                PhaseSize,
                0,
                to + tile,
                Side * stride,
                stride,
                between
            );
    }

    /// <summary>The outputs of a stretch's tiles from their 36 products.</summary>
    [MethodImpl(Hot)]
    internal void Output(float* from, long stride, Stretch stretch, float* plane, in Finish finish, float* scratch)
    {
        float* phases = scratch + LineSize,
            between = phases + Side * Outputs * PhaseSize;
        for (var tile = 0; tile < stretch.Steps * dilation; tile += Lanes)
            WinogradTransforms.BothSides<WinogradTransforms.Output>(
                from + tile,
                Side * stride,
                stride,
                Outputs * stride,
                phases + tile,
                Outputs * PhaseSize,
                PhaseSize,
                between
            );
        var left = Outputs * dilation * stretch.Step;
        var count = Math.Min(Outputs * dilation * stretch.Steps, width - left);
        for (var i = 0; i < Outputs; i++)
            if (FirstRow(stretch) + i * dilation is var y && y < height)
            {
                Merge(phases + i * Outputs * PhaseSize, stretch.Steps, scratch);
                finish.Write(scratch, plane, (long)y * width + left, count);
            }
    }

    private static int Steps(int size, int dilation) => (size + Outputs * dilation - 1) / (Outputs * dilation);

    private int FirstRow(Stretch stretch) => Outputs * dilation * (stretch.Row / dilation) + stretch.Row % dilation;

    // A row of a map, from `before` dilations left of the stretch on, as four rows: every tile's first column, its second, … Beyond the
    // map it is zero. The next tile's first columns, `more` of them, follow.
    [MethodImpl(Hot)]
    private void Split(float* plane, int y, Stretch stretch, int before, int more, float* line, float* phases)
    {
        if (y < 0 || y >= height)
        {
            new Span<float>(phases, Outputs * PhaseSize).Clear();
            return;
        }
        var count = (Outputs * stretch.Steps + more) * dilation;
        var start = (Outputs * stretch.Step + before) * dilation;
        var (from, to) = (Math.Clamp(-start, 0, count), Math.Clamp(width - start, 0, count));
        new Span<float>(line, from).Clear();
        new Span<float>(plane + (long)y * width + start + from, Math.Max(0, to - from)).CopyTo(new Span<float>(line + from, count - from));
        new Span<float>(line + to, count - to).Clear();
        switch (dilation)
        {
            case 1:
                Split(line, phases, PhaseSize, stretch.Steps);
                break;
            case 2:
                Split((double*)line, (double*)phases, PhaseSize / 2, stretch.Steps);
                break;
            case 4:
                Split((Vector128<float>*)line, (Vector128<float>*)phases, PhaseSize / 4, stretch.Steps);
                break;
            default:
                for (var k = 0; k < Outputs * stretch.Steps; k++)
                    Copy(line + k * dilation, phases + (k & 3) * PhaseSize + (k >> 2) * dilation);
                break;
        }
        for (var j = 0; j < more; j++)
            Copy(line + (Outputs * stretch.Steps + j) * dilation, phases + j * PhaseSize + stretch.Steps * dilation);
    }

    // The way back.
    [MethodImpl(Hot)]
    private void Merge(float* phases, int steps, float* line)
    {
        switch (dilation)
        {
            case 1:
                Merge(phases, PhaseSize, steps, line);
                break;
            case 2:
                Merge((double*)phases, PhaseSize / 2, steps, (double*)line);
                break;
            case 4:
                Merge((Vector128<float>*)phases, PhaseSize / 4, steps, (Vector128<float>*)line);
                break;
            default:
                for (var k = 0; k < Outputs * steps; k++)
                    Copy(phases + (k & 3) * PhaseSize + (k >> 2) * dilation, line + k * dilation);
                break;
        }
    }

    private void Copy(float* from, float* to) => Unsafe.CopyBlockUnaligned(to, from, (uint)dilation * sizeof(float));

    [MethodImpl(Hot)]
    private static void Split<T>(T* line, T* phases, int size, int steps)
        where T : unmanaged
    {
        for (var step = 0; step < steps; step++)
        {
            phases[step] = line[4 * step];
            phases[size + step] = line[4 * step + 1];
            phases[2 * size + step] = line[4 * step + 2];
            phases[3 * size + step] = line[4 * step + 3];
        }
    }

    [MethodImpl(Hot)]
    private static void Merge<T>(T* phases, int size, int steps, T* line)
        where T : unmanaged
    {
        for (var step = 0; step < steps; step++)
        {
            line[4 * step] = phases[step];
            line[4 * step + 1] = phases[size + step];
            line[4 * step + 2] = phases[2 * size + step];
            line[4 * step + 3] = phases[3 * size + step];
        }
    }
}
