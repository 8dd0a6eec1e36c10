using F2Net.Kernels.Convolutions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.Decompositions;

/// <summary>
/// One level of the Haar wavelet transform in AFD's place: low is the reconstruction from the LL band alone (the mean of each
/// 2 x 2 block), high the one from LH, HL and HH.
/// </summary>
/// <remarks>
/// Input (B, Cin, H, W); low and high (B, C, H, W); low + high = projection. An odd height or width is continued by its last row or column.
/// </remarks>
public sealed class HaarWaveletDecomposition : nn.Module<Tensor, Frequencies>, IFrequencyDecomposition
{
    private readonly Conv2d proj;

    public HaarWaveletDecomposition(long inChannels = 3, long embedChannels = 32)
        : base(nameof(HaarWaveletDecomposition))
    {
        proj = nn.Conv2d(inChannels, embedChannels, 1);
        RegisterComponents();
    }

    public long? Reach(long height) => 1;

    public override Frequencies forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var x = ConvolutionLayer.Apply(proj, image); // (B, C, H, W)
        var (height, width) = (x.shape[2], x.shape[3]);
        var even = nn.functional.pad(x, [0, width % 2, 0, height % 2], PaddingModes.Replicate);
        var means = nn.functional.avg_pool2d(even, [2, 2]); // LL / 2   (B, C, ⌈H/2⌉, ⌈W/2⌉)
        var (b, c, h, w) = (means.shape[0], means.shape[1], means.shape[2], means.shape[3]);
        var blocks = means.unsqueeze(3).unsqueeze(5).expand(b, c, h, 2, w, 2).reshape(b, c, 2 * h, 2 * w);
        var low = blocks.narrow(2, 0, height).narrow(3, 0, width);
        return new Frequencies(low, x - low).MoveToOuterDisposeScope();
    }
}
