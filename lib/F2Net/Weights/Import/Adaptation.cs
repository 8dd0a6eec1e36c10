using static TorchSharp.torch;

namespace F2Net.Weights.Import;

/// <summary>How a weight becomes one of another shape.</summary>
/// <param name="Says">In words, with the sizes.</param>
/// <param name="Apply">On float32, to the shape that was asked for.</param>
internal sealed record Adaptation(string Says, Func<Tensor, Tensor> Apply)
{
    private const long LargestPatch = 256;

    /// <summary>
    /// A convolution over other input channels: the mean over the file's inputs, the same for each of ours, so scaled that an input of the same value in
    /// all channels gives the same response as before.
    /// </summary>
    public static Adaptation? InputChannels(long[] from, long[] to)
    {
        if (from.Length != 4 || to.Length != 4 || from[1] == 0 || !Same(from, to, [0, 2, 3]))
            return null;
        return new(
            $"mean over {from[1]} input channels, spread over {to[1]}, same response to grey",
            w => (w.sum([1], keepdim: true) / to[1]).expand(to).contiguous() // w'[o, c] = Σ w[o, ·] / C
        );
    }

    /// <summary>
    /// A patch embedding of other input channels and another patch: each number is shared out over the patch of the other size by area, and sums are kept.
    /// From 16 to 8 that is the sum over 2 x 2, which answers an image halved by averaging exactly as the larger patch answers the image.
    /// </summary>
    public static Adaptation? Patch(long[] from, long[] to)
    {
        if (from.Length != 4 || to.Length != 4 || from[0] != to[0] || from.Contains(0) || Math.Max(from[2], from[3]) > LargestPatch)
            return null;
        var resized = new[] { to[0], from[1], to[2], to[3] };
        var channels = from[1] == to[1] ? null : InputChannels(resized, to);
        return new(
            $"patch {from[2]} x {from[3]} to {to[2]} x {to[3]} by area, sums kept" + (channels is null ? "" : $"; {channels.Says}"),
            w =>
            {
                var patch = Shares(from[2], to[2]).matmul(w).matmul(Shares(from[3], to[3]).transpose(0, 1)); // A w Bᵀ
                return channels is null ? patch : channels.Apply(patch);
            }
        );
    }

    /// <summary>
    /// Positions learned on a square of tokens, (1, extra + g·g, C), to a map (1, C, h, w): the extra tokens (class, distillation, registers) are left out and
    /// the rest is resized bicubically, half-pixel centres, as the branch itself resizes positions.
    /// </summary>
    /// <param name="extra">How many tokens the file has before the square.</param>
    public static Adaptation? Positions(long[] from, long[] to, long extra)
    {
        if (from.Length != 3 || to.Length != 4 || from[0] != 1 || from[2] != to[1])
            return null;
        if (Side(from[1] - extra) is null)
            extra = 0; // models without positions for their class token
        if (Side(from[1] - extra) is not { } side)
            return null;
        return new(
            $"positions {side} x {side} to {to[2]} x {to[3]} bicubically" + (extra == 0 ? "" : $"; {extra} of other tokens left out"),
            p => Resize(p.narrow(1, extra, side * side).transpose(1, 2).reshape(1, from[2], side, side), to)
        );
    }

    /// <summary>Positions learned on a map of another size, bicubically.</summary>
    public static Adaptation? Grid(long[] from, long[] to) =>
        from.Length == 4 && to.Length == 4 && Same(from, to, [0, 1]) && from[2] > 0 && from[3] > 0
            ? new($"positions {from[2]} x {from[3]} to {to[2]} x {to[3]} bicubically", p => Resize(p, to))
            : null;

    private static Tensor Resize(Tensor grid, long[] to) =>
        nn.functional.interpolate(grid, size: [to[2], to[3]], mode: InterpolationMode.Bicubic, align_corners: false);

    private static bool Same(long[] a, long[] b, int[] axes) => axes.All(i => a[i] == b[i]);

    private static long? Side(long tokens)
    {
        var side = (long)Math.Round(Math.Sqrt(tokens));
        return tokens > 0 && side * side == tokens ? side : null;
    }

    // Which share of old cell j lies in new cell i: (to, from), each column summing to one.
    private static Tensor Shares(long from, long to)
    {
        var shares = new float[to * from];
        for (var i = 0L; i < to; i++)
        for (var j = 0L; j < from; j++)
        {
            var overlap = Math.Min((i + 1) * from, (j + 1) * to) - Math.Max(i * from, j * to); // in 1 / (from · to) of the patch
            shares[i * from + j] = Math.Max(0, overlap) / (float)to;
        }
        return tensor(shares, [to, from]);
    }
}
