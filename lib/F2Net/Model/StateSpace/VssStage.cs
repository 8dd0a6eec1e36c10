using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>Blocks of one width, then the downsampling to the next stage's, where there is one. Channel-last.</summary>
public sealed class VssStage : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<VssBlock> blocks;
    private readonly Downsample? downsample;

    /// <param name="nextChannels">The next stage's width; null for the last stage.</param>
    /// <param name="dropPathRates">One for each block.</param>
    public VssStage(long channels, long? nextChannels, ScanOptions scan, ReadOnlySpan<double> dropPathRates)
        : base(nameof(VssStage))
    {
        blocks = nn.ModuleList<VssBlock>();
        foreach (var rate in dropPathRates)
            blocks.Add(new VssBlock(channels, scan, dropPathRate: rate));
        downsample = nextChannels is { } next ? new Downsample(channels, next) : null;
        RegisterComponents();
    }

    internal VssBlock LastBlock => blocks[^1];

    public override Tensor forward(Tensor input)
    {
        var x = input.alias();
        foreach (var block in blocks)
        {
            using var before = x;
            x = block.call(before);
        }
        if (downsample is null)
            return x;
        using var last = x;
        return downsample.call(last);
    }
}
