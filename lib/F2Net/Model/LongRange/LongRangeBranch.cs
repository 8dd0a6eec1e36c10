using F2Net.Kernels.Norms;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>The long-range low-frequency branch: ViT-tiny without a class token.</summary>
/// <remarks>
/// Input (B, Cin, h, w), h and w at least one patch; output F_l (B, C, ⌊h/patch⌋, ⌊w/patch⌋). The learned positions are resized
/// bicubically to the grid of tokens, whatever it is.
/// </remarks>
public sealed class LongRangeBranch : nn.Module<Tensor, Tensor>, ILongRangeEncoder
{
    private readonly Conv2d patch_embed;
    private readonly Parameter pos_embed;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;

    /// <param name="inChannels">Cin.</param>
    /// <param name="channels">C, a multiple of <paramref name="heads"/>.</param>
    /// <param name="depth">Transformer blocks.</param>
    /// <param name="patchSize">Pixels along a token's side.</param>
    /// <param name="baseGrid">Side of the grid on which positions are learned.</param>
    public LongRangeBranch(long inChannels = 32, long channels = 192, int depth = 6, long heads = 3, long patchSize = 8, long baseGrid = 64)
        : base(nameof(LongRangeBranch))
    {
        PatchSize = patchSize;
        patch_embed = nn.Conv2d(inChannels, channels, patchSize, stride: patchSize);
        pos_embed = nn.Parameter(randn(1, channels, baseGrid, baseGrid) * 0.02);
        blocks = nn.ModuleList(Enumerable.Range(0, depth).Select(_ => new TransformerBlock(channels, heads)).ToArray());
        norm = nn.LayerNorm(channels);
        RegisterComponents();
    }

    /// <summary>Pixels along a token's side.</summary>
    public long PatchSize { get; }

    /// <summary>The last block, whose parameters CFBL balances by default.</summary>
    public TransformerBlock LastBlock => blocks[^1];

    nn.Module ILongRangeEncoder.LastBlock => LastBlock;

    long ILongRangeEncoder.EmbedStride => PatchSize;

    long ILongRangeEncoder.EmbedHalo => 0;

    long ILongRangeEncoder.EmbedRows(long height) => height / PatchSize;

    /// <summary>The part before the positions, which is local: (B, Cin, h, w) to (B, C, h', w').</summary>
    public Tensor Embed(Tensor x) => patch_embed.call(x);

    /// <summary>What <see cref="Embed"/> returned to F_l; the patches are disposed of as soon as they have been read.</summary>
    /// <param name="blockDone">Called after each block.</param>
    internal Tensor Deepen(Tensor owned, Action? blockDone = null)
    {
        using var scope = NewDisposeScope();
        var shape = owned.shape;
        var tokens = Tokens(owned);
        owned.Dispose();
        foreach (var block in blocks)
        {
            using var before = tokens;
            tokens = block.call(before);
            blockDone?.Invoke();
        }
        using var normed = ChannelNorm.Apply(norm, tokens);
        tokens.Dispose();
        return normed.transpose(1, 2).reshape(shape).MoveToOuterDisposeScope(); // (B, C, h', w')
    }

    Tensor ILongRangeEncoder.Deepen(Tensor owned, Action? blockDone) => Deepen(owned, blockDone);

    public override Tensor forward(Tensor x) => Deepen(Embed(x));

    /// <summary>Each block's attention, to look at: (B, heads, L, L) over the L = h'·w' tokens, row-major; rows sum to one.</summary>
    public IReadOnlyList<Tensor> AttentionMaps(Tensor x)
    {
        using var scope = NewDisposeScope();
        var maps = new List<Tensor>();
        var tokens = Tokens(Embed(x));
        foreach (var block in blocks)
        {
            maps.Add(block.AttentionWeights(tokens).MoveToOuterDisposeScope());
            tokens = block.call(tokens);
        }
        return maps;
    }

    private Tensor Tokens(Tensor patches)
    {
        using var scope = NewDisposeScope();
        var placed = patches.add_(Positions(patches.shape[2], patches.shape[3]));
        return placed.flatten(2).transpose(1, 2).MoveToOuterDisposeScope(); // (B, h'·w', C)
    }

    private Tensor Positions(long height, long width) =>
        pos_embed.shape[2] == height && pos_embed.shape[3] == width
            ? pos_embed
            : nn.functional.interpolate(pos_embed, size: [height, width], mode: InterpolationMode.Bicubic, align_corners: false);
}
