using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>Kinds that are functions: no module, parameters straight from the case.</summary>
internal static class ParityOperators
{
    /// <summary>Sequences xs (B, L, 4, C) from x (B, H, W, C), and merged (B, L, C) from ys (B, H, W, 4, C), whose pixels stand for L tokens.</summary>
    public static ParitySubject CrossScan(ParityCase vectors) =>
        ParitySubject.Of(() =>
        {
            var ys = vectors.Input("ys");
            var sequences = ys.flatten(1, 2).permute(0, 2, 3, 1); // (B, 4, C, L)
            return new()
            {
                ["xs"] = Model.StateSpace.CrossScan.Scan(vectors.Input("x").permute(0, 3, 1, 2)).permute(0, 3, 1, 2),
                ["merged"] = Model.StateSpace.CrossScan.Merge(sequences, ys.shape[1], ys.shape[2]).flatten(2).transpose(1, 2),
            };
        });

    /// <summary>The recurrence with steps dt + dt_bias, through softplus unless the case says otherwise.</summary>
    public static ParitySubject StateSpaceDuality(ParityCase vectors)
    {
        var chunkSize = vectors.Arguments.Integer("chunk_size", 64);
        var softplus = vectors.Arguments.Flag("dt_softplus", true);
        var starts = vectors.Arguments.Flag("initial_state", false);
        var (a, d, bias) = (vectors.Parameter("A"), vectors.Parameter("D"), vectors.Parameter("dt_bias"));
        return ParitySubject.Of(() =>
        {
            var x = vectors.Input("x");
            var (b, c) = (vectors.Input("B"), vectors.Input("C"));
            var dt = vectors.Input("dt") + bias;
            var initial = starts ? vectors.Input("init").reshape(x.shape[0], x.shape[2], x.shape[3], b.shape[3]) : null;
            var (y, final) = Model.StateSpace.StateSpaceDuality.Scan(
                x,
                softplus ? nn.functional.softplus(dt) : dt,
                a,
                b,
                c,
                d,
                initial,
                chunkSize
            );
            return new() { ["y"] = y, ["final_state"] = final };
        });
    }
}
