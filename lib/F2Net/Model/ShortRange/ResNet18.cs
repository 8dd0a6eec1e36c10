using F2Net.Kernels.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.ShortRange;

/// <summary>ResNet-18 with a stem of three 3 x 3 convolutions and dilation instead of stride in its last two layers.</summary>
/// <remarks>Input (B, Cin, H, W); output (B, 8·width, ⌈H/8⌉, ⌈W/8⌉).</remarks>
public sealed class ResNet18 : nn.Module<Tensor, Tensor>
{
    private readonly Sequential stem,
        layer1,
        layer2,
        layer3,
        layer4;

    /// <param name="inChannels">Cin.</param>
    /// <param name="width">Channels of the first layer; the stem's inner convolutions have half of them.</param>
    public ResNet18(long inChannels, long width = 64)
        : base(nameof(ResNet18))
    {
        stem = nn.Sequential(
            nn.Conv2d(inChannels, width / 2, 3, 2, 1, bias: false),
            nn.BatchNorm2d(width / 2),
            nn.ReLU(),
            nn.Conv2d(width / 2, width / 2, 3, 1, 1, bias: false),
            nn.BatchNorm2d(width / 2),
            nn.ReLU(),
            nn.Conv2d(width / 2, width, 3, 1, 1, bias: false),
            nn.BatchNorm2d(width),
            nn.ReLU()
        );
        layer1 = Layer(width, width, stride: 1, dilation: 1);
        layer2 = Layer(width, 2 * width, stride: 2, dilation: 1);
        layer3 = Layer(2 * width, 4 * width, stride: 1, dilation: 2);
        layer4 = Layer(4 * width, 8 * width, stride: 1, dilation: 4);
        RegisterComponents();
    }

    /// <summary>The part before the pooling, which is local: (B, Cin, H, W) to (B, width, ⌈H/2⌉, ⌈W/2⌉).</summary>
    public Tensor Stem(Tensor x)
    {
        using var scope = NewDisposeScope();
        // The Sequential's entries are convolution, norm, ReLU, and again.
        for (var i = 0; i < 9; i += 3)
            x = NormedConvolution.Call(stem[i], stem[i + 1], x);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="Stem"/> returned to the deepest map.</summary>
    public Tensor Deepen(Tensor stemmed)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.max_pool2d(stemmed, [3, 3], [2, 2], [1, 1]); // (B, width, ⌈H/4⌉, ⌈W/4⌉)
        return layer4.call(layer3.call(layer2.call(layer1.call(x)))).MoveToOuterDisposeScope();
    }

    public override Tensor forward(Tensor x)
    {
        using var stemmed = Stem(x);
        return Deepen(stemmed);
    }

    private static Sequential Layer(long inChannels, long channels, long stride, long dilation) =>
        nn.Sequential(
            new BasicBlock(inChannels, channels, stride, dilation, downsample: inChannels != channels),
            new BasicBlock(channels, channels, 1, dilation)
        );
}
