using static TorchSharp.torch;

namespace F2Net.Model.LongRange;

/// <summary>What makes F_l of what the long-range branch looks at: a local part and what follows it.</summary>
/// <remarks>Input (B, Cin, h, w); output (B, C, ·, ·).</remarks>
internal interface ILongRangeEncoder : nn.IModule<Tensor, Tensor>
{
    /// <summary>The last block, whose parameters CFBL balances by default.</summary>
    nn.Module LastBlock { get; }

    /// <summary>Input rows to one row of what <see cref="Embed"/> returns.</summary>
    long EmbedStride { get; }

    /// <summary>Rows of <see cref="Embed"/>'s result above and below some rows of its input that these decide too.</summary>
    long EmbedHalo { get; }

    /// <summary>How many rows <see cref="Embed"/> makes of so many.</summary>
    long EmbedRows(long height);

    /// <summary>The part that is local.</summary>
    Tensor Embed(Tensor x);

    /// <summary>What <see cref="Embed"/> returned to F_l; the map is disposed of as soon as it has been read.</summary>
    /// <param name="blockDone">Called after each block.</param>
    Tensor Deepen(Tensor owned, Action? blockDone = null);
}
