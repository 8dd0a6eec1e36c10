using F2Net.Kernels.Norms;
using F2Net.Kernels.Perceptrons;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>ViT's pre-norm block (Dosovitskiy et al. 2021) over tokens (B, L, C), the MLP four times as wide.</summary>
public sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1,
        norm2;
    private readonly SelfAttention attn;
    private readonly Sequential mlp;

    public TransformerBlock(long channels, long heads)
        : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(channels);
        attn = new SelfAttention(channels, heads);
        norm2 = nn.LayerNorm(channels);
        mlp = nn.Sequential(nn.Linear(channels, 4 * channels), nn.GELU(), nn.Linear(4 * channels, channels));
        RegisterComponents();
    }

    /// <summary>How much each token looks at each other one: (B, heads, L, L).</summary>
    public Tensor AttentionWeights(Tensor x)
    {
        using var normed = ChannelNorm.Apply(norm1, x);
        return attn.Weights(normed);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var attended = attn.Residual(x, norm1);
        return FusedMlp.Apply(attended, norm2, (Linear)mlp[0], (Linear)mlp[2], overwrite: true).MoveToOuterDisposeScope(); // (B, L, C)
    }
}
