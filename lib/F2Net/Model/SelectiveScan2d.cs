using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>What <see cref="SelectiveScan2d.Run"/> computes on the way, each with L = H·W tokens in the four directions' own orders.</summary>
/// <param name="Sequences">(B, 4, C, L), after the cross-scan.</param>
/// <param name="RawSteps">(B, 4, R, L), before bias and softplus.</param>
/// <param name="Inputs">B_t, (B, 4, N, L).</param>
/// <param name="Outputs">C_t, (B, 4, N, L).</param>
/// <param name="Scanned">(B, 4, C, L), the recurrence's y with its skip.</param>
/// <param name="Merged">(B, C, H, W), before the norm.</param>
/// <param name="Result">(B, H, W, C).</param>
public sealed record SelectiveScanSteps(
    Tensor Sequences,
    Tensor RawSteps,
    Tensor Inputs,
    Tensor Outputs,
    Tensor Scanned,
    Tensor Merged,
    Tensor Result
);

/// <summary>
/// The two-dimensional selective scan of VMamba in its "m0_noz" form: depthwise convolution, four directions, Mamba-2's
/// recurrence with one step size per head, plain sum of the directions; no gate.
/// </summary>
/// <remarks>Input and output channel-last (B, H, W, C), C a multiple of 16: heads are 16 channels wide.</remarks>
public sealed class SelectiveScan2d : nn.Module<Tensor, Tensor>
{
    private const long HeadWidth = 16;
    private readonly Linear in_proj,
        out_proj;
    private readonly Sequential conv2d;
    private readonly LayerNorm out_norm;
    private readonly Parameter x_proj_weight,
        dt_projs_bias,
        A_logs,
        Ds;
    private readonly long heads,
        stateSize;

    /// <param name="channels">C, a multiple of 16.</param>
    /// <param name="stateSize">N.</param>
    /// <exception cref="ArgumentException">C is not a multiple of 16.</exception>
    public SelectiveScan2d(long channels, long stateSize = 64)
        : base(nameof(SelectiveScan2d))
    {
        if (channels % HeadWidth != 0)
            throw new ArgumentException($"channels ({channels}) must be a multiple of the head width ({HeadWidth}).", nameof(channels));

        this.stateSize = stateSize;
        heads = channels / HeadWidth; // R, per direction
        in_proj = nn.Linear(channels, channels, hasBias: false);
        // Index 1, as in the official code, where index 0 turns channel-last into channel-first.
        conv2d = nn.Sequential(("1", nn.Conv2d(channels, channels, 3, padding: 1L, groups: channels, bias: false)));
        var bound = 1 / Math.Sqrt(channels);
        x_proj_weight = nn.Parameter((rand(CrossScan.Directions, heads + 2 * stateSize, channels) * 2 - 1) * bound);
        dt_projs_bias = nn.Parameter(rand(CrossScan.Directions, heads) * 0.1);
        A_logs = nn.Parameter(zeros(CrossScan.Directions, heads));
        Ds = nn.Parameter(ones(CrossScan.Directions, heads, HeadWidth));
        out_norm = nn.LayerNorm(channels);
        out_proj = nn.Linear(channels, channels, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Run(x).Result.MoveToOuterDisposeScope();
    }

    /// <summary>The forward pass with everything it computes on the way.</summary>
    public SelectiveScanSteps Run(Tensor x)
    {
        var (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var map = in_proj.call(x).permute(0, 3, 1, 2); // (B, C, H, W)
        var local = nn.functional.gelu(conv2d.call(map));
        var sequences = CrossScan.Scan(local); // (B, 4, C, L)
        var projected = x_proj_weight.matmul(sequences); // (B, 4, R + 2N, L)
        var rawSteps = projected.narrow(2, 0, heads);
        var inputs = projected.narrow(2, heads, stateSize);
        var outputs = projected.narrow(2, heads + stateSize, stateSize);

        var dt = nn.functional.softplus(rawSteps + dt_projs_bias.unsqueeze(2)); // (B, 4, R, L)
        var (y, _) = StateSpaceDuality.Scan(
            sequences.view(batch, CrossScan.Directions * heads, HeadWidth, -1).permute(0, 3, 1, 2), // (B, L, 4R, 16)
            dt.flatten(1, 2).transpose(1, 2), // (B, L, 4R)
            -A_logs.flatten().exp(),
            inputs.permute(0, 3, 1, 2), // (B, L, 4, N)
            outputs.permute(0, 3, 1, 2),
            Ds.flatten(0, 1)
        );
        var scanned = y.permute(0, 2, 3, 1).reshape(batch, CrossScan.Directions, channels, -1); // (B, 4, C, L)
        var merged = CrossScan.Merge(scanned, height, width); // (B, C, H, W)
        var result = out_proj.call(out_norm.call(merged.permute(0, 2, 3, 1))); // (B, H, W, C)
        return new(sequences, rawSteps, inputs, outputs, scanned, merged, result);
    }
}
