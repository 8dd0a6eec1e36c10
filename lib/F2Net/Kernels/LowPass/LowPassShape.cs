using System.Runtime.CompilerServices;
using F2Net.Kernels.Convolutions;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.LowPass;

/// <summary>The sizes that <see cref="AdaptiveLowPass"/> works with, and where a pixel's neighbours lie in <see cref="SlidingRows"/>.</summary>
internal sealed class LowPassShape
{
    /// <summary>Coefficients of a generator's filter for one channel: 3 x 3, whatever the side of the kernels they predict.</summary>
    internal const int GeneratorTaps = 9;

    /// <param name="weight">The generators', (G·k·k, C / G, 3, 3).</param>
    internal LowPassShape(Tensor weight, long groups, long height, long width)
    {
        Groups = (int)groups;
        Channels = (int)weight.shape[1];
        Taps = (int)(weight.shape[0] / groups);
        (Height, Width) = ((int)height, (int)width);
        var side = (int)Math.Sqrt(Taps);
        Reach = Math.Max(1, side / 2);
        Rounded = (Width + 2 * Widest - 1) / (2 * Widest) * (2 * Widest);
        Margin = (Reach + Widest - 1) / Widest * Widest;
        Stride = Rounded + 2 * Margin;
        Neighbour = [.. Enumerable.Range(0, Taps).Select(t => (t / side - side / 2) * Stride + t % side - side / 2)];
        Generator = [.. Enumerable.Range(0, GeneratorTaps).Select(n => (n / 3 - 1) * Stride + n % 3 - 1)];
    }

    internal int Groups { get; }

    /// <summary>Of one group.</summary>
    internal int Channels { get; }

    /// <summary>k·k, of the kernels that are predicted.</summary>
    internal int Taps { get; }

    internal int Height { get; }

    internal int Width { get; }

    /// <summary>How many rows up and down a pixel reads.</summary>
    internal int Reach { get; }

    /// <summary>The width in whole pairs of vectors: what inner loops run over.</summary>
    internal int Rounded { get; }

    /// <summary>Zeros left and right of a row.</summary>
    internal int Margin { get; }

    /// <summary>From a pixel to the one below it.</summary>
    internal int Stride { get; }

    /// <summary>From a pixel to the one that each tap of its kernel weighs.</summary>
    internal int[] Neighbour { get; }

    /// <summary>From a pixel to the one that each coefficient of its generator reads.</summary>
    internal int[] Generator { get; }

    /// <summary>Pixels of a map.</summary>
    internal long Area => (long)Height * Width;

    /// <summary>Writes a vector, or of the last one in a row what there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Put<T>(T values, float* to, int room)
        where T : struct, IFloats<T>
    {
        if (room >= T.Count)
            values.Store(to);
        else
            for (var i = 0; i < room; i++)
                to[i] = values[i];
    }
}
