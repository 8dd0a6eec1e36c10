using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>What adaptive_avg_pool2d makes of an image, from rows that come in order.</summary>
/// <param name="height">Of the image.</param>
/// <param name="outHeight">Of the result, and <paramref name="outWidth"/> its width.</param>
/// <param name="owner">Frees the result.</param>
internal sealed class AreaPool(long height, long outHeight, long outWidth, DisposeScope owner)
{
    private Tensor? sums;

    /// <summary>(B, C, outHeight, outWidth); whole once the last row is added.</summary>
    public Tensor Result => sums!;

    /// <param name="top">The first row's place in the image.</param>
    /// <param name="rows">(B, C, ·, W).</param>
    public void Add(long top, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, count) = (rows.shape[0], rows.shape[1], rows.shape[2]);
        sums ??= zeros([batch, channels, outHeight, outWidth], dtype: rows.dtype, device: rows.device).MoveToOtherDisposeScope(owner);
        var across = nn.functional.adaptive_avg_pool2d(rows, [count, outWidth]); // (B, C, ·, outWidth)
        var first = top * outHeight / height;
        var reached = Math.Min(outHeight, ((top + count) * outHeight + height - 1) / height) - first;
        var shares = new float[reached * count];
        for (var i = 0L; i < reached; i++)
        {
            var (start, end) = ((first + i) * height / outHeight, ((first + i + 1) * height + outHeight - 1) / outHeight);
            for (var row = Math.Max(start, top); row < Math.Min(end, top + count); row++)
                shares[i * count + row - top] = 1f / (end - start);
        }
        var matrix = tensor(shares, [reached, count], dtype: rows.dtype, device: rows.device);
        sums.narrow(2, first, reached).add_(matrix.matmul(across));
    }
}
