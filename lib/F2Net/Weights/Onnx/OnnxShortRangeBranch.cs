using F2Net.Model.ShortRange;

namespace F2Net.Weights.Onnx;

/// <summary><see cref="Model.ShortRange.ShortRangeBranch"/>: ResNet-18 and ASPP.</summary>
internal static class OnnxShortRangeBranch
{
    /// <summary><see cref="ResNet18.Stem"/>.</summary>
    internal static OnnxValue Stem(this OnnxModule m, OnnxValue x)
    {
        var stem = m["backbone"]["stem"];
        var half = Normed(stem[0], stem[1], x, stride: 2, padding: 1).Relu();
        var deeper = Normed(stem[3], stem[4], half, padding: 1).Relu();
        return Normed(stem[6], stem[7], deeper, padding: 1).Relu(); // (B, width, ⌈h/2⌉, ⌈w/2⌉)
    }

    /// <summary><see cref="ShortRangeBranch.Deepen"/>: what <see cref="Stem"/> returned to F_s.</summary>
    internal static OnnxValue Deepen(this OnnxModule m, OnnxValue stemmed, IReadOnlyList<int> dilations, int? poolWindow)
    {
        var backbone = m["backbone"];
        var first = backbone["layer1"].Layer(stemmed.MaxPool3(), stride: 1, dilation: 1);
        var second = backbone["layer2"].Layer(first, stride: 2, dilation: 1);
        var third = backbone["layer3"].Layer(second, stride: 1, dilation: 2);
        var fourth = backbone["layer4"].Layer(third, stride: 1, dilation: 4); // (B, 8·width, ⌈h/8⌉, ⌈w/8⌉)
        return m["aspp"].Aspp(fourth, dilations, poolWindow);
    }

    /// <summary><see cref="Model.ShortRange.Aspp"/> in evaluation.</summary>
    internal static OnnxValue Aspp(this OnnxModule m, OnnxValue x, IReadOnlyList<int> dilations, int? poolWindow)
    {
        var branches = m["branches"];
        var all = new List<OnnxValue> { Normed(branches[0][0], branches[0][1], x).Relu() };
        foreach (var (i, dilation) in dilations.Index())
            all.Add(Normed(branches[i + 1][0], branches[i + 1][1], x, padding: dilation, dilation: dilation).Relu());
        all.Add(m["image_pool"].Pool(x, poolWindow));
        var bottleneck = m["bottleneck"];
        return Normed(bottleneck[0], bottleneck[1], OnnxValue.Cat(1, all), padding: 1).Relu();
    }

    // The mean over the whole map or over a window, which at the edges moves inwards. A position's GroupNorm of one group is a LayerNorm of its channels.
    private static OnnxValue Pool(this OnnxModule m, OnnxValue x, int? window)
    {
        var (height, width) = (Math.Min(window ?? long.MaxValue, x.Shape[2]), Math.Min(window ?? long.MaxValue, x.Shape[3]));
        var means = m[1].Conv(x).AveragePool(height, width, stride: 1); // (B, C, h - height + 1, w - width + 1)
        var normed = m[2].LayerNorm(means.Permute(0, 2, 3, 1)).Permute(0, 3, 1, 2).Relu();
        var (down, across) = ((height - 1) / 2, (width - 1) / 2);
        return normed.PadEdge(down, height - 1 - down, across, width - 1 - across); // (B, C, h, w)
    }

    internal static OnnxValue Layer(this OnnxModule m, OnnxValue x, long stride, long dilation) =>
        m[1].BasicBlock(m[0].BasicBlock(x, stride, dilation), 1, dilation);

    /// <summary><see cref="Model.ShortRange.BasicBlock"/>.</summary>
    private static OnnxValue BasicBlock(this OnnxModule m, OnnxValue x, long stride, long dilation)
    {
        var inner = Normed(m["conv1"], m["bn1"], x, stride, dilation, dilation).Relu();
        var down = m["downsample"];
        var identity = down.Count == 0 ? x : Normed(down[0], down[1], x, stride);
        return (Normed(m["conv2"], m["bn2"], inner, 1, dilation, dilation) + identity).Relu();
    }

    private static OnnxValue Normed(OnnxModule conv, OnnxModule norm, OnnxValue x, long stride = 1, long padding = 0, long dilation = 1) =>
        norm.BatchNorm(conv.Conv(x, stride, padding, dilation));
}
