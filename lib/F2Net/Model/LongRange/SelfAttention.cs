using F2Net.Kernels.Attention;
using F2Net.Kernels.Matrices;
using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>Multi-head self-attention over tokens (B, L, C).</summary>
public sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly Linear qkv,
        proj;
    private readonly long heads;

    /// <exception cref="ArgumentException">C is not a multiple of the heads.</exception>
    public SelfAttention(long channels, long heads)
        : base(nameof(SelfAttention))
    {
        if (channels % heads != 0)
            throw new ArgumentException($"channels ({channels}) must be a multiple of heads ({heads}).", nameof(heads));
        this.heads = heads;
        qkv = nn.Linear(channels, 3 * channels);
        proj = nn.Linear(channels, channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var three = MatrixProduct.Apply(qkv, x); // (B, L, 3·C)
        using var answer = FusedAttention.Apply(three, heads);
        return MatrixProduct.Apply(proj, answer); // (B, L, C)
    }

    /// <summary>x + attention(norm(x)), with no map held longer than it is read.</summary>
    public Tensor Residual(Tensor x, LayerNorm norm)
    {
        using var answer = Answer(x, norm);
        return MatrixProduct.Apply(proj, answer).add_(x);
    }

    /// <summary>How much each token looks at each other one, to look at: (B, heads, L, L), rows summing to one.</summary>
    public Tensor Weights(Tensor x)
    {
        using var three = MatrixProduct.Apply(qkv, x);
        return FusedAttention.Weights(three, heads);
    }

    private Tensor Answer(Tensor x, LayerNorm norm)
    {
        using var three = Three(x, norm);
        return FusedAttention.Apply(three, heads);
    }

    private Tensor Three(Tensor x, LayerNorm norm)
    {
        using var normed = ChannelNorm.Apply(norm, x);
        return MatrixProduct.Apply(qkv, normed); // (B, L, 3·C)
    }
}
