using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>Queries, keys and values, or their gradients, wherever they lie.</summary>
internal readonly record struct AttentionSet(AttentionHeads Query, AttentionHeads Key, AttentionHeads Value, int Width)
{
    /// <param name="tensors">One (B, L, 3·heads·d), or three (B, heads, L, d); contiguous.</param>
    internal static AttentionSet Of(IReadOnlyList<Tensor> tensors, long heads) =>
        tensors.Count == 1
            ? new(
                AttentionHeads.Of(tensors[0], 0, 3, heads),
                AttentionHeads.Of(tensors[0], 1, 3, heads),
                AttentionHeads.Of(tensors[0], 2, 3, heads),
                (int)(tensors[0].shape[2] / 3 / heads)
            )
            : new(AttentionHeads.Of(tensors[0]), AttentionHeads.Of(tensors[1]), AttentionHeads.Of(tensors[2]), (int)tensors[0].shape[3]);
}
