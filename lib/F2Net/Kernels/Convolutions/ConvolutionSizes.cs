namespace F2Net.Kernels.Convolutions;

/// <summary>What a convolution with square filters, and the same padding on all sides, reads and makes.</summary>
/// <param name="Inputs">Channels read, <paramref name="Outputs"/> channels made.</param>
/// <param name="Height">Of the map that is read.</param>
/// <param name="Side">Of the filters.</param>
internal readonly record struct ConvolutionSizes(
    int Batch,
    int Inputs,
    int Outputs,
    int Height,
    int Width,
    int Side,
    int Stride,
    int Padding,
    int Dilation
)
{
    internal int Taps => Side * Side;

    /// <summary>How far a filter looks from its first tap.</summary>
    internal int Reach => (Side - 1) * Dilation;

    internal int OutHeight => (Height + 2 * Padding - Reach - 1) / Stride + 1;

    internal int OutWidth => (Width + 2 * Padding - Reach - 1) / Stride + 1;
}
