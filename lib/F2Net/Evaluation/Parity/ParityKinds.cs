using F2Net.Model.Decompositions;
using F2Net.Model.Fusions;
using F2Net.Model.LongRange;
using F2Net.Model.ShortRange;
using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>What each `kind` of a manifest means: the module that its arguments build, and which inputs and outputs it has.</summary>
internal static class ParityKinds
{
    /// <summary>Kinds that turn one map x into one map y.</summary>
    private static readonly Dictionary<string, Func<ParityArguments, nn.Module<Tensor, Tensor>>> Maps = new()
    {
        ["BasicBlock"] = a => new BasicBlock(
            a.Integer("in_planes"),
            a.Integer("planes"),
            a.Integer("stride", 1),
            a.Integer("dilation", 1),
            a.Flag("downsample", false)
        ),
        ["ASPP"] = a => new Aspp(a.Integer("in_channels", 512), a.Integer("channels", 128)),
        ["ShortRangeBranch"] = a => new ShortRangeBranch(a.Integer("in_channels", 32), a.Integer("channels", 128)),
        ["LongRangeBranch"] = a => new LongRangeBranch(
            a.Integer("in_channels", 32),
            a.Integer("embed_dim", 192),
            (int)a.Integer("depth", 6),
            a.Integer("num_heads", 3),
            a.Integer("patch_size", 8),
            a.Integer("base_grid", 64)
        ),
        ["PatchEmbed"] = a => new PatchEmbed(a.Integer("in_channels", 32), a.Integer("dim", 64)),
        ["Downsample"] = a => new Downsample(a.Integer("dim"), a.Integer("out_dim")),
        ["SelectiveScan2d"] = a => new SelectiveScan2d(a.Integer("d_model"), new() { StateSize = a.Integer("d_state", 64) }),
        ["VssBlock"] = a => new VssBlock(
            a.Integer("d_model"),
            new() { StateSize = a.Integer("d_state", 64) },
            a.Integer("mlp_ratio", 4),
            a.Number("drop_path", 0)
        ),
        ["HighFrequencyBranch"] = a => new HighFrequencyBranch(
            a.Integer("in_channels", 32),
            a.Integers("depths", [2, 2, 4, 2]),
            a.Integers("dims", [64, 128, 256, 512]),
            a.Number("drop_path_rate", 0.2),
            new() { StateSize = a.Integer("d_state", 64) }
        ),
    };

    /// <summary>Kinds with other inputs or outputs, or that are no module.</summary>
    private static readonly Dictionary<string, Func<ParityCase, ParitySubject>> Others = new()
    {
        ["AdaptiveFrequencyDecomposition"] = Decomposition,
        ["HybridFrequencyFusion"] = Fusion,
        ["SelectiveScan2d"] = SelectiveScan,
        ["CrossScan"] = ParityOperators.CrossScan,
        ["StateSpaceDuality"] = ParityOperators.StateSpaceDuality,
        ["CrossFrequencyAlignmentLoss"] = ParityLosses.Alignment,
        ["CrossFrequencyBalanceToyLinear"] = ParityLosses.BalanceOfLinears,
        ["CrossFrequencyBalanceToyConv"] = ParityLosses.BalanceOfConvolutions,
        ["SecondOrder"] = v => ParityLosses.SecondOrder(v, Map(v.Arguments.Text("module"), v.Arguments)),
        ["F2Net"] = ParityLosses.Network,
    };

    private static readonly HashSet<string> WithKinks = ["BasicBlock", "ASPP", "ShortRangeBranch", "HybridFrequencyFusion", "F2Net"];

    /// <summary>Whether the kind has ReLUs, at whose kink a gradient jumps.</summary>
    public static bool HasKinks(string kind) => WithKinks.Contains(kind);

    /// <exception cref="UserException">The kind is unknown, or an argument or a parameter is missing.</exception>
    public static ParitySubject Create(string kind, ParityCase vectors)
    {
        if (Others.TryGetValue(kind, out var create))
            return create(vectors);
        var map = Map(kind, vectors.Arguments);
        return ParitySubject.Of(map, () => new() { ["y"] = map.call(vectors.Input("x")) });
    }

    private static nn.Module<Tensor, Tensor> Map(string kind, ParityArguments arguments) =>
        Maps.TryGetValue(kind, out var create)
            ? create(arguments)
            : throw new UserException($"Its kind '{kind}' is none that is known here.");

    private static ParitySubject Decomposition(ParityCase vectors)
    {
        var a = vectors.Arguments;
        var decomposition = new AdaptiveFrequencyDecomposition(
            a.Integer("in_channels", 3),
            a.Integer("embed_dim", 32),
            a.Integer("groups", 8),
            a.Integer("kernel_size", 3)
        );
        return ParitySubject.Of(
            decomposition,
            () =>
            {
                var (low, high) = decomposition.call(vectors.Input("x"));
                return new() { ["low"] = low, ["high"] = high };
            }
        );
    }

    private static ParitySubject Fusion(ParityCase vectors)
    {
        var a = vectors.Arguments;
        var fusion = new HybridFrequencyFusion(
            a.Integer("in_channels_a"),
            a.Integer("in_channels_b"),
            a.Integer("out_channels"),
            a.Integer("reduction", 4)
        );
        return ParitySubject.Of(fusion, () => new() { ["y"] = fusion.call(vectors.Input("a"), vectors.Input("b")) });
    }

    /// <summary>The map kind again, with its intermediates in the vectors' layout, tokens first and heads side by side.</summary>
    private static ParitySubject SelectiveScan(ParityCase vectors)
    {
        var scan = (SelectiveScan2d)Map("SelectiveScan2d", vectors.Arguments);
        return ParitySubject.Of(
            scan,
            () =>
            {
                var steps = scan.Run(vectors.Input("x"));
                return new()
                {
                    ["y"] = scan.call(vectors.Input("x")),
                    ["inter.xs"] = Heads(steps.Sequences), // (B, L, 4R, 16)
                    ["inter.dts_raw"] = steps.RawSteps.flatten(1, 2).transpose(1, 2), // (B, L, 4R)
                    ["inter.Bs"] = steps.Inputs.permute(0, 3, 1, 2), // (B, L, 4, N)
                    ["inter.Cs"] = steps.Outputs.permute(0, 3, 1, 2),
                    ["inter.ys"] = Heads(steps.Scanned),
                    ["inter.merged"] = steps.Merged.flatten(2).transpose(1, 2), // (B, L, C)
                };
            }
        );
    }

    /// <summary>(B, 4, C, L) to (B, L, 4R, 16).</summary>
    private static Tensor Heads(Tensor sequences)
    {
        var (batch, length) = (sequences.shape[0], sequences.shape[3]);
        return sequences.reshape(batch, -1, 16, length).permute(0, 3, 1, 2);
    }
}
