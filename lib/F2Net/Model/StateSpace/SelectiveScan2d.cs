using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Matrices;
using F2Net.Kernels.Norms;
using F2Net.Kernels.Perceptrons;
using F2Net.Kernels.Scans;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>
/// The two-dimensional selective scan of VMamba in its "m0_noz" form: depthwise convolution, four directions or fewer, Mamba-2's
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
    private readonly int? segment;

    /// <param name="channels">C, a multiple of 16.</param>
    /// <param name="scan">The paper's when null.</param>
    /// <exception cref="ArgumentException">C is not a multiple of 16, or the directions are not 1, 2 or 4.</exception>
    public SelectiveScan2d(long channels, ScanOptions? scan = null)
        : base(nameof(SelectiveScan2d))
    {
        if (channels % HeadWidth != 0)
            throw new ArgumentException($"channels ({channels}) must be a multiple of the head width ({HeadWidth}).", nameof(channels));
        scan ??= new();
        ScanOptions.RequireDirections(scan.Directions, nameof(scan.Directions));

        segment = scan.Segment;
        var (directions, heads) = (scan.Directions, channels / HeadWidth); // K, and R for each of them
        in_proj = nn.Linear(channels, channels, hasBias: false);
        // Index 1, as in the official code, where index 0 turns channel-last into channel-first.
        conv2d = nn.Sequential(("1", nn.Conv2d(channels, channels, 3, padding: 1L, groups: channels, bias: false)));
        var bound = 1 / Math.Sqrt(channels);
        x_proj_weight = nn.Parameter((rand(directions, heads + 2 * scan.StateSize, channels) * 2 - 1) * bound);
        dt_projs_bias = nn.Parameter(rand(directions, heads) * 0.1);
        A_logs = nn.Parameter(zeros(directions, heads));
        Ds = nn.Parameter(ones(directions, heads, HeadWidth));
        out_norm = nn.LayerNorm(channels);
        out_proj = nn.Linear(channels, channels, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => Scanned(MatrixProduct.Apply(in_proj, x));

    /// <summary>What it makes of norm(x), with no map held longer than it is read.</summary>
    public Tensor Behind(LayerNorm norm, Tensor x) => Scanned(Projected(norm, x));

    /// <summary>The scan with everything it computes on the way, in tensor operators, to look at.</summary>
    public SelectiveScanSteps Run(Tensor x) =>
        SelectiveScanSteps.Of(Local(MatrixProduct.Apply(in_proj, x)), x_proj_weight, dt_projs_bias, A_logs, Ds);

    private Tensor Projected(LayerNorm norm, Tensor x)
    {
        using var normed = ChannelNorm.Apply(norm, x);
        return MatrixProduct.Apply(in_proj, normed);
    }

    // Takes over what it is given.
    private Tensor Scanned(Tensor projected)
    {
        using var normed = Normed(projected);
        return MatrixProduct.Apply(out_proj, normed); // (B, H, W, C)
    }

    private Tensor Normed(Tensor projected)
    {
        using var scanned = Merged(projected);
        return ChannelNorm.Apply(out_norm, scanned);
    }

    private Tensor Merged(Tensor projected)
    {
        using var local = Local(projected);
        return SelectiveScan.Apply(local, x_proj_weight, dt_projs_bias, A_logs, Ds, segment);
    }

    // What the depthwise convolution makes of each pixel's neighbourhood; takes over what it is given.
    private Tensor Local(Tensor projected)
    {
        using (projected)
        using (var convolved = DepthwiseConvolution.Apply(projected, ((Conv2d)conv2d[0]).weight))
            return GeluActivation.Apply(convolved); // (B, H, W, C)
    }
}
