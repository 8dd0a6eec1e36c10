using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>VMamba's block: selective scan and MLP, each behind a norm and added to its input.</summary>
/// <remarks>Input and output channel-last (B, H, W, C). Both residuals of a block draw their drop path independently.</remarks>
public sealed class VssBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm,
        norm2;
    private readonly SelectiveScan2d op;
    private readonly Mlp mlp;
    private readonly DropPath dropPath;

    /// <param name="channels">C, a multiple of 16.</param>
    /// <param name="scan">The paper's when null.</param>
    /// <param name="mlpRatio">The MLP's hidden width over C.</param>
    /// <param name="dropPathRate">In [0, 1).</param>
    public VssBlock(long channels, ScanOptions? scan = null, long mlpRatio = 4, double dropPathRate = 0)
        : base(nameof(VssBlock))
    {
        norm = nn.LayerNorm(channels);
        op = new SelectiveScan2d(channels, scan);
        norm2 = nn.LayerNorm(channels);
        mlp = new Mlp(channels, mlpRatio * channels);
        dropPath = new DropPath(dropPathRate);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var mixed = dropPath.call(op.Behind(norm, x)).add_(x);
        var result =
            training && dropPath.Rate > 0 ? mixed + dropPath.call(mlp.call(ChannelNorm.Apply(norm2, mixed))) : mlp.Residual(mixed, norm2);
        return result.MoveToOuterDisposeScope(); // (B, H, W, C)
    }
}
