using F2Net.Kernels.Attention;
using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Fusions;

/// <summary>
/// Cross-attention in HFF's place: every position of a asks all positions of b, and what comes back is added to a's projection.
/// </summary>
/// <remarks>
/// Inputs a (B, Ca, h, w) and b (B, Cb, h', w'), b at its own size, so nothing is resized; output (B, Cout, h, w). One head
/// for every 32 output channels.
/// </remarks>
public sealed class CrossAttentionFusion : nn.Module<Tensor, Tensor, Tensor>, IFeatureFusion
{
    internal const long HeadWidth = 32;
    private readonly Conv2d proj_a,
        query,
        key,
        value,
        proj_b;
    private readonly long heads;

    /// <exception cref="ArgumentException">Cout is not a multiple of 32.</exception>
    public CrossAttentionFusion(long inChannelsA, long inChannelsB, long outChannels)
        : base(nameof(CrossAttentionFusion))
    {
        if (outChannels % HeadWidth != 0)
            throw new ArgumentException(
                $"outChannels ({outChannels}) must be a multiple of the head width ({HeadWidth}).",
                nameof(outChannels)
            );

        heads = outChannels / HeadWidth;
        proj_a = nn.Conv2d(inChannelsA, outChannels, 1);
        query = nn.Conv2d(inChannelsA, outChannels, 1);
        key = nn.Conv2d(inChannelsB, outChannels, 1);
        value = nn.Conv2d(inChannelsB, outChannels, 1);
        proj_b = nn.Conv2d(outChannels, outChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var answer = FusedAttention.Apply(
            Tokens(ConvolutionLayer.Apply(query, a)),
            Tokens(ConvolutionLayer.Apply(key, b)),
            Tokens(ConvolutionLayer.Apply(value, b))
        ); // (B, heads, h·w, 32)
        var map = answer.transpose(2, 3).reshape(a.shape[0], heads * HeadWidth, a.shape[2], a.shape[3]);
        return (ConvolutionLayer.Apply(proj_a, a) + ConvolutionLayer.Apply(proj_b, map)).MoveToOuterDisposeScope(); // (B, Cout, h, w)
    }

    private Tensor Tokens(Tensor map) => map.reshape(map.shape[0], heads, HeadWidth, map.shape[2] * map.shape[3]).transpose(2, 3); // (B, heads, L, 32)
}
