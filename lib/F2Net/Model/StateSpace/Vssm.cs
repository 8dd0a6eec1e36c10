using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>VMamba's encoder, channel-last throughout: a patch embedding and stages of blocks, each stage but the last followed by a downsampling.</summary>
public sealed class Vssm : nn.Module<Tensor, Tensor>
{
    private readonly PatchEmbed patch_embed;
    private readonly ModuleList<VssStage> layers;

    public Vssm(long inChannels, IReadOnlyList<int> depths, IReadOnlyList<int> dims, ScanOptions scan, double dropPathRate)
        : base(nameof(Vssm))
    {
        var blocks = depths.Sum();
        var rates = Enumerable.Range(0, blocks).Select(j => dropPathRate * j / Math.Max(1, blocks - 1)).ToArray();
        patch_embed = new PatchEmbed(inChannels, dims[0]);
        layers = nn.ModuleList(
            depths
                .Select(
                    (depth, i) =>
                        new VssStage(dims[i], i + 1 < dims.Count ? dims[i + 1] : null, scan, rates.AsSpan(depths.Take(i).Sum(), depth))
                )
                .ToArray()
        );
        RegisterComponents();
        ResetLinearLayers();
    }

    /// <summary>The last block of the last stage.</summary>
    public VssBlock LastBlock => layers[^1].LastBlock;

    /// <summary>(B, Cin, H, W) to (B, ⌈H/4⌉, ⌈W/4⌉, C0).</summary>
    public Tensor Embed(Tensor x) => patch_embed.call(x);

    /// <summary>All stages: (B, h, w, C0) to (B, ⌈h/8⌉, ⌈w/8⌉, C3) with four of them.</summary>
    public override Tensor forward(Tensor embedded) => Deepen(embedded.alias(), null);

    /// <summary>The same, of a map that it disposes of as soon as the first stage is through.</summary>
    /// <param name="stageDone">Called after each stage.</param>
    internal Tensor Deepen(Tensor owned, Action? stageDone)
    {
        var x = owned;
        foreach (var stage in layers)
        {
            using var before = x;
            x = stage.call(before);
            stageDone?.Invoke();
        }
        return x;
    }

    // The official code passes over the finished module and resets every linear layer. Its normal distribution is truncated
    // at ±2, a hundred standard deviations, which is to say not at all. Norms start at 1 and 0 anyway.
    private void ResetLinearLayers()
    {
        foreach (var linear in modules().OfType<Linear>())
        {
            nn.init.normal_(linear.weight, 0, 0.02);
            if (linear.bias is { } bias)
                nn.init.zeros_(bias);
        }
    }
}
