using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>What makes F_m of the high frequencies: a local part up to stride 4 and what follows it.</summary>
/// <remarks>Input (B, Cin, H, W); output F_m.</remarks>
internal interface IHighFrequencyEncoder : nn.IModule<Tensor, Tensor>
{
    /// <summary>The last block, whose parameters CFBL balances by default.</summary>
    nn.Module LastBlock { get; }

    /// <summary>
    /// The part up to stride 4, which is local: (B, Cin, H, W) to (B, C0, ⌈H/4⌉, ⌈W/4⌉); a row of the result depends on the four rows of its own and
    /// at most four above and below.
    /// </summary>
    Tensor Embed(Tensor x);

    /// <summary>What <see cref="Embed"/> returned to F_m; the map is disposed of as soon as it has been read.</summary>
    /// <param name="stageDone">Called after each stage.</param>
    Tensor Deepen(Tensor owned, Action? stageDone = null);
}
