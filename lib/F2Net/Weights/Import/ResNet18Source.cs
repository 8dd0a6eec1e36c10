using System.Text.RegularExpressions;

namespace F2Net.Weights.Import;

/// <summary>
/// ResNet-18 for the short-range branch, as torchvision and timm name it (conv1, bn1), with timm's deep stem of resnet18d (conv1.0 … conv1.6, bn1) or
/// with mmsegmentation's of ResNetV1c (stem.0 … stem.7), which is ours.
/// </summary>
/// <remarks>
/// A stem of one 7 x 7 convolution has no counterpart in three of 3 x 3 and is left, with its norm. timm's resnet18d averages before the 1 x 1 convolution
/// of a shortcut where ours strides; the convolution is the same.
/// </remarks>
internal sealed partial class ResNet18Source : WeightSource
{
    public override string Name => "ResNet-18";

    public override string Target => "short.backbone.";

    public override string Landmark => "layer1.0.conv1.weight";

    public override Placement? Place(string name, IReadOnlyDictionary<string, long[]> shapes)
    {
        if (Head().IsMatch(name))
            return Placement.LeftBecause("the classifier of ImageNet");
        if (shapes.ContainsKey("conv1.weight") && Stem().IsMatch(name))
            return Placement.LeftBecause("a stem of one 7 x 7 convolution, where ours has three of 3 x 3");
        if (Convolution().Match(name) is { Success: true } convolution)
            return In("stem." + convolution.Groups["rest"].Value);
        if (name.StartsWith("bn1.", StringComparison.Ordinal))
            return In("stem.7." + name["bn1.".Length..]);
        if (
            AveragedShortcut().Match(name) is { Success: true } shortcut
            && shapes.ContainsKey(shortcut.Groups["block"].Value + "downsample.2.weight")
        )
            return In(
                $"{shortcut.Groups["block"].Value}downsample.{(shortcut.Groups["index"].Value == "1" ? 0 : 1)}.{shortcut.Groups["rest"].Value}"
            );
        return In(name);
    }

    private Placement In(string name) => new(Target + name, Adapt: name == "stem.0.weight" ? Adaptation.InputChannels : null);

    [GeneratedRegex(@"^(fc|head\.fc|classifier)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Head();

    [GeneratedRegex(@"^(conv1|bn1)\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Stem();

    [GeneratedRegex(@"^conv1\.(?<rest>[0-9]\..*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Convolution();

    [GeneratedRegex(@"^(?<block>layer[0-9]\.0\.)downsample\.(?<index>[12])\.(?<rest>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex AveragedShortcut();
}
