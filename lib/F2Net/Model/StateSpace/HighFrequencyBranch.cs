using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>The high-frequency branch: VMamba-Tiny-M2 over the high frequencies at full resolution.</summary>
/// <remarks>
/// Input (B, Cin, H, W); output F_m (B, C3, ⌈H/32⌉, ⌈W/32⌉), with each stride-2 step rounding up. No norm at the end and no
/// position embedding.
/// </remarks>
public sealed class HighFrequencyBranch : nn.Module<Tensor, Tensor>, IHighFrequencyEncoder
{
    private readonly Vssm vssm;

    /// <param name="inChannels">Cin.</param>
    /// <param name="depths">Blocks in each stage; the paper's 2, 2, 4, 2 when null.</param>
    /// <param name="dims">Width of each stage, multiples of 16; the paper's 64, 128, 256, 512 when null.</param>
    /// <param name="dropPathRate">Of the last block; it grows linearly from 0 at the first.</param>
    /// <param name="scan">The paper's when null.</param>
    /// <exception cref="ArgumentException">Depths and widths are not of the same number.</exception>
    public HighFrequencyBranch(
        long inChannels = 32,
        IReadOnlyList<int>? depths = null,
        IReadOnlyList<int>? dims = null,
        double dropPathRate = 0.2,
        ScanOptions? scan = null
    )
        : base(nameof(HighFrequencyBranch))
    {
        depths ??= [2, 2, 4, 2];
        dims ??= [64, 128, 256, 512];
        if (depths.Count == 0 || depths.Count != dims.Count)
            throw new ArgumentException(
                $"depths ({depths.Count} stages) and dims ({dims.Count}) must have the same number of stages.",
                nameof(depths)
            );
        vssm = new Vssm(inChannels, depths, dims, scan ?? new(), dropPathRate);
        RegisterComponents();
    }

    /// <summary>The last block, whose parameters CFBL balances by default.</summary>
    public VssBlock LastBlock => vssm.LastBlock;

    nn.Module IHighFrequencyEncoder.LastBlock => LastBlock;

    /// <summary>The part up to stride 4, which is local: (B, Cin, H, W) to (B, C0, ⌈H/4⌉, ⌈W/4⌉).</summary>
    public Tensor Embed(Tensor x)
    {
        using var embedded = vssm.Embed(x);
        return embedded.permute(0, 3, 1, 2);
    }

    /// <summary>The stages: what <see cref="Embed"/> returned to F_m.</summary>
    public Tensor Deepen(Tensor embedded) => Deepen(embedded.alias(), null);

    /// <summary>The same, of a map that it disposes of as soon as it has been read: for a whole image it is among the largest.</summary>
    /// <param name="stageDone">Called after each stage.</param>
    internal Tensor Deepen(Tensor owned, Action? stageDone)
    {
        using var scope = NewDisposeScope();
        var channelLast = owned.permute(0, 2, 3, 1);
        owned.Dispose();
        return vssm.Deepen(channelLast, stageDone).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    Tensor IHighFrequencyEncoder.Deepen(Tensor owned, Action? stageDone) => Deepen(owned, stageDone);

    public override Tensor forward(Tensor x)
    {
        using var embedded = Embed(x);
        return Deepen(embedded);
    }
}
