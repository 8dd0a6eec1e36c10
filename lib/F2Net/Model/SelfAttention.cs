using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model;

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
        using var scope = NewDisposeScope();
        var (batch, length, channels) = (x.shape[0], x.shape[1], x.shape[2]);
        var three = Three(x);
        var answer = Attention.Attend(three.select(0, 0), three.select(0, 1), three.select(0, 2)); // (B, heads, L, d)
        return proj.call(answer.transpose(1, 2).reshape(batch, length, channels)).MoveToOuterDisposeScope();
    }

    /// <summary>How much each token looks at each other one, to look at: (B, heads, L, L), rows summing to one.</summary>
    public Tensor Weights(Tensor x)
    {
        using var scope = NewDisposeScope();
        var three = Three(x);
        return Attention.Weights(three.select(0, 0), three.select(0, 1)).MoveToOuterDisposeScope();
    }

    private Tensor Three(Tensor x) => qkv.call(x).view(x.shape[0], x.shape[1], 3, heads, x.shape[2] / heads).permute(2, 0, 3, 1, 4); // (3, B, heads, L, d)
}
