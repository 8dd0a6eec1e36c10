using static TorchSharp.torch;

namespace F2Net.Model.Strips;

/// <summary>Images that are handed out some rows at a time, so that none need be in memory whole.</summary>
public interface IImageRows
{
    /// <summary>Images side by side, of one size.</summary>
    long Batch { get; }

    long Height { get; }

    long Width { get; }

    /// <summary>
    /// Rows of the images, normalised: (B, 3, rows, W), float, the caller's to dispose of. A pass asks from the top to the bottom; neighbouring
    /// strips overlap.
    /// </summary>
    Tensor Read(long top, long rows);
}

/// <summary>Images in memory.</summary>
/// <param name="images">(B, 3, H, W); stays the caller's.</param>
public sealed class TensorRows(Tensor images) : IImageRows
{
    public long Batch => images.shape[0];

    public long Height => images.shape[2];

    public long Width => images.shape[3];

    public Tensor Read(long top, long rows) => images.narrow(2, top, rows);
}
