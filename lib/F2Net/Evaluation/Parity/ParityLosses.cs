using F2Net.Losses;
using F2Net.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>Kinds about losses: CFAL, CFBL on toy networks, a gradient's gradient through any module, the whole network with all three losses.</summary>
internal static class ParityLosses
{
    private const double BalanceWeight = 0.1;

    public static ParitySubject Alignment(ParityCase vectors)
    {
        var a = vectors.Arguments;
        var loss = new CrossFrequencyAlignmentLoss(a.Integer("channels_sl"), a.Integer("channels_m"), a.Integer("embed_dim", 128));
        return ParitySubject.Of(loss, () => new() { ["loss"] = loss.call(vectors.Input("f_sl"), vectors.Input("f_m")) });
    }

    /// <summary>Branches a and b, a linear layer each, both balanced whole; a linear head on their concatenation.</summary>
    public static ParitySubject BalanceOfLinears(ParityCase vectors)
    {
        IReadOnlyList<Parameter>[] layers = [.. new[] { "a", "b", "head" }.Select(name => Layer(vectors, name))];
        return new(
            [],
            () =>
            {
                var x = vectors.Input("x");
                Tensor Apply(int layer, Tensor input) => nn.functional.linear(input, layers[layer][0], layers[layer][1]);
                var logits = Apply(2, cat([Apply(0, x), Apply(1, x)], 1));
                return Balance(logits, vectors, [layers[0], layers[1]]);
            }
        );
    }

    /// <summary>
    /// Three branches of conv 3x3, GELU, conv 1x1, whose last convolutions are balanced; a 1x1 convolution of (a, b, tanh c) as head.
    /// The layers are told by their kernels, first three, then three, then one, because the vectors choose the names.
    /// </summary>
    public static ParitySubject BalanceOfConvolutions(ParityCase vectors)
    {
        var weights = vectors.State.Where(p => p.Value.ndim == 4).ToList();
        var firstNames = weights.Where(p => p.Value.shape[3] == 3).Select(p => p.Key).ToList();
        var otherNames = weights.Where(p => p.Value.shape[3] == 1).OrderBy(p => p.Value.shape[1]).Select(p => p.Key).ToList();
        if (firstNames.Count != 3 || otherNames.Count != 4)
            throw new UserException(
                $"It has {firstNames.Count} convolutions 3x3 and {otherNames.Count} convolutions 1x1 instead of 3 and 4."
            );
        IReadOnlyList<Parameter>[] firsts = [.. firstNames.Select(n => Layer(vectors, n[..^".weight".Length]))];
        IReadOnlyList<Parameter>[] others = [.. otherNames.Select(n => Layer(vectors, n[..^".weight".Length]))];
        return new(
            [],
            () =>
            {
                var x = vectors.Input("x");
                var branches = firsts.Zip(others, (first, last) => Convolve(nn.functional.gelu(Convolve(x, first)), last)).ToArray();
                var logits = Convolve(cat([branches[0], branches[1], branches[2].tanh()], 1), others[3]);
                return Balance(logits, vectors, others[..3]);
            }
        );
    }

    /// <summary>
    /// task = mean(y² w1) of y = module(x), and G, the norm of its gradient by the parameters of the state-space operator (op.*), or by all
    /// in a module without one. A module whose own names lack the operator's prefix gets it from the vectors.
    /// </summary>
    public static ParitySubject SecondOrder(ParityCase vectors, nn.Module<Tensor, Tensor> module)
    {
        const string Operator = "op.";
        var prefix = vectors.State.Keys.All(n => n.StartsWith(Operator, StringComparison.Ordinal)) ? Operator : "";
        return new(
            [(prefix, module)],
            () =>
            {
                var y = module.call(vectors.Input("x"));
                var task = (y.square() * (vectors.Weight("w1") ?? throw new UserException("It has no 'input.w1'."))).mean();
                var all = module.named_parameters().Select(p => (Name: prefix + p.name, p.parameter)).ToList();
                var own = all.Where(p => p.Name.StartsWith(Operator, StringComparison.Ordinal)).ToList();
                Parameter[] balanced = [.. (own.Count > 0 ? own : all).Select(p => p.parameter)];
                var norm = CrossFrequencyBalanceLoss.GradientNorms(task, [balanced], differentiable: true)[0];
                return new(new Dictionary<string, Tensor> { ["task"] = task, ["G"] = norm });
            }
        );
    }

    /// <summary>The paper's network and its total loss; norms come in the order short, long, high.</summary>
    public static ParitySubject Network(ParityCase vectors)
    {
        var config = F2NetConfig.Paper((int)vectors.Arguments.Integer("num_classes", 7)) with
        {
            HighDropPath = vectors.Arguments.Number("drop_path_rate", 0.2),
        };
        // Converted here, because the loss keeps the parameters that it finds.
        var model = new F2NetModel(config).to(vectors.Device, vectors.Precision);
        var loss = new F2NetLoss(model);
        return new(
            [("", model), ("", loss)],
            () =>
            {
                var output = model.Run(vectors.Input("x"));
                var parts = loss.call(output, vectors.Input("y"));
                var norms = parts.GradientNorms.ToDictionary(n => n.Branch, n => n.Norm);
                var losses = new Dictionary<string, Tensor>
                {
                    ["ce"] = parts.CrossEntropy,
                    ["cfal"] = parts.Alignment,
                    ["cfbl"] = parts.Balance,
                    ["total"] = parts.Total,
                };
                return new(
                    new Dictionary<string, Tensor>(losses)
                    {
                        ["logits"] = output.Logits,
                        ["norms"] = stack([norms[Branch.Short], norms[Branch.Long], norms[Branch.High]]),
                    },
                    new Dictionary<string, Tensor>(losses) { [""] = parts.Total }
                );
            }
        );
    }

    /// <summary>Cross-entropy, CFBL and their sum for logits (B, classes, …) and the classes input.y (B, …).</summary>
    private static ParityOutcome Balance(Tensor logits, ParityCase vectors, IReadOnlyList<IReadOnlyList<Parameter>> branches)
    {
        var crossEntropy = nn.functional.cross_entropy(logits, vectors.Input("y"));
        var norms = CrossFrequencyBalanceLoss.GradientNorms(crossEntropy, branches, differentiable: true);
        var balance = CrossFrequencyBalanceLoss.Spread(norms);
        var losses = new Dictionary<string, Tensor>
        {
            ["ce"] = crossEntropy,
            ["cfbl"] = balance,
            ["total"] = crossEntropy + BalanceWeight * balance,
        };
        return new(
            new Dictionary<string, Tensor>(losses) { ["norms"] = stack(norms) },
            new Dictionary<string, Tensor>(losses) { [""] = losses["total"] }
        );
    }

    /// <summary>Weight and, when the vectors have it, bias.</summary>
    private static IReadOnlyList<Parameter> Layer(ParityCase vectors, string name) =>
        vectors.State.ContainsKey(name + ".bias")
            ? [vectors.Parameter(name + ".weight"), vectors.Parameter(name + ".bias")]
            : [vectors.Parameter(name + ".weight")];

    /// <summary>A convolution that keeps the map's size.</summary>
    private static Tensor Convolve(Tensor x, IReadOnlyList<Parameter> layer)
    {
        var padding = layer[0].shape[3] / 2;
        return nn.functional.conv2d(x, layer[0], layer.ElementAtOrDefault(1), padding: [padding, padding]);
    }
}
