using System.Globalization;
using System.Text.RegularExpressions;
using F2Net.Model;

namespace F2Net.Weights.Import;

/// <summary>
/// ViT-tiny for the long-range branch, as timm names it (DeiT's too), or as this branch does. Of more blocks than ours, some are chosen; the patch
/// embedding and the positions are resized; class and distillation tokens and heads are left.
/// </summary>
/// <remarks>timm's norms add 1e-6 to the variance, ours, like the authors', 1e-5.</remarks>
internal sealed partial class VitTinySource(F2NetConfig network, IReadOnlyList<int>? blocks) : WeightSource
{
    private List<int>? chosen;

    public override string Name => "ViT-tiny";

    public override string Target => "long.";

    public override string Landmark => "blocks.0.attn.qkv.weight";

    public override Placement? Place(string name, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (Other().IsMatch(name))
            return Placement.LeftBecause("class token and classifier of ImageNet");
        if (name == "pos_embed")
            return new(Target + name, Adapt: (from, to) => Adaptation.Positions(from, to, Extra(shapes)) ?? Adaptation.Grid(from, to));
        if (PatchEmbedding().Match(name) is { Success: true } patch)
            return new(
                $"{Target}patch_embed.{patch.Groups["rest"].Value}",
                Adapt: patch.Groups["rest"].Value == "weight" ? Adaptation.Patch : null
            );
        if (Block().Match(name) is not { Success: true } block)
            return new(Target + name);

        chosen ??= Chosen(shapes);
        var at = chosen.IndexOf(int.Parse(block.Groups["index"].Value, CultureInfo.InvariantCulture));
        if (at < 0)
            return Placement.LeftBecause($"blocks {string.Join(", ", chosen)} are taken, these are not");
        var rest = block.Groups["rest"].Value.Replace("mlp.fc1.", "mlp.0.", StringComparison.Ordinal);
        return new($"{Target}blocks.{at}.{rest.Replace("mlp.fc2.", "mlp.2.", StringComparison.Ordinal)}");
    }

    // Every second one where the file has twice as many as the network.
    private List<int> Chosen(IReadOnlyDictionary<string, long[]> shapes)
    {
        var depth = shapes
            .Keys.Select(name => Block().Match(name))
            .Where(m => m.Success)
            .Select(m => m.Groups["index"].Value)
            .Distinct()
            .Count();
        var taken =
            blocks ?? [.. Enumerable.Range(0, network.LongDepth).Select(i => i * Math.Max(depth, network.LongDepth) / network.LongDepth)];
        if (
            taken.Count != network.LongDepth
            || taken.Distinct().Count() != taken.Count
            || taken.Any(b => b < 0 || b >= Math.Max(depth, network.LongDepth))
        )
            throw new UserException(
                $"--blocks {string.Join(",", taken)} must be {network.LongDepth} different ones of 0 to {depth - 1}, one for each block of the long-range branch."
            );
        return [.. taken];
    }

    private static long Extra(IReadOnlyDictionary<string, long[]> shapes) =>
        new[] { "cls_token", "dist_token", "reg_token" }.Sum(token =>
            shapes.TryGetValue(token, out var shape) && shape.Length == 3 ? shape[1] : 0
        );

    [GeneratedRegex(@"^(cls_token|dist_token|reg_token$|head\.|head_dist\.|fc_norm\.|pre_logits\.)", RegexOptions.ExplicitCapture)]
    private static partial Regex Other();

    [GeneratedRegex(@"^patch_embed\.(proj\.)?(?<rest>weight|bias)$", RegexOptions.ExplicitCapture)]
    private static partial Regex PatchEmbedding();

    [GeneratedRegex(@"^blocks\.(?<index>[0-9]{1,4})\.(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
