using F2Net.Weights.Import;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Import;

public sealed class AdaptationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(3, 32)]
    [InlineData(3, 8)]
    [InlineData(5, 2)]
    public void A_convolution_over_other_channels_answers_grey_as_before(long from, long to)
    {
        var weight = randn(6, from, 3, 3);
        var adapted = Adaptation.InputChannels(weight.shape, [6, to, 3, 3])!.Apply(weight);
        var grey = randn(1, 1, 9, 7);
        AssertClose(Convolve(grey.expand(-1, from, -1, -1), weight), Convolve(grey.expand(-1, to, -1, -1), adapted));
    }

    [Fact]
    public void Halving_a_patch_answers_a_halved_image_as_the_patch_answers_the_image()
    {
        var weight = randn(5, 3, 16, 16);
        var adapted = Adaptation.Patch(weight.shape, [5, 3, 8, 8])!.Apply(weight);
        // Halved as the network halves: bilinearly, which at this scale is the mean over 2 x 2. Exact for what the halving keeps.
        var half = randn(1, 3, 24, 16);
        var image = nn.functional.interpolate(half, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        AssertClose(
            nn.functional.conv2d(image, weight, strides: [16, 16]),
            nn.functional.conv2d(
                nn.functional.interpolate(image, scale_factor: [0.5, 0.5], mode: InterpolationMode.Bilinear),
                adapted,
                strides: [8, 8]
            )
        );
    }

    [Theory]
    [InlineData(16, 8)]
    [InlineData(16, 5)]
    [InlineData(14, 8)]
    [InlineData(4, 7)]
    public void A_patch_of_any_size_answers_grey_of_one_tone_as_before(long from, long to)
    {
        var weight = randn(5, 3, from, from);
        var adapted = Adaptation.Patch(weight.shape, [5, 32, to, to])!.Apply(weight);
        Assert.Equal([5L, 32, to, to], adapted.shape);
        AssertClose(weight.sum([1, 2, 3]), adapted.sum([1, 2, 3]));
    }

    [Fact]
    public void A_patch_is_shared_out_by_area()
    {
        var weight = tensor(new[] { 3f, 6, 9 }).reshape(1, 1, 1, 3);
        AssertClose(tensor(new[] { 6f, 12 }).reshape(1, 1, 1, 2), Adaptation.Patch(weight.shape, [1, 1, 1, 2])!.Apply(weight));
    }

    [Fact]
    public void Positions_lose_their_class_token_and_keep_their_places()
    {
        var grid = randn(1, 7, 14, 14);
        var tokens = cat([full(1, 1, 7, 99.0), grid.flatten(2).transpose(1, 2)], 1); // (1, 1 + 14·14, 7)
        var same = Adaptation.Positions(tokens.shape, [1, 7, 14, 14], extra: 1)!.Apply(tokens);
        AssertClose(grid, same);
        var resized = Adaptation.Positions(tokens.shape, [1, 7, 64, 64], extra: 1)!.Apply(tokens);
        AssertClose(nn.functional.interpolate(grid, size: [64, 64], mode: InterpolationMode.Bicubic, align_corners: false), resized);
    }

    [Fact]
    public void Positions_without_one_for_the_class_token_are_taken_whole()
    {
        var grid = randn(1, 7, 14, 14);
        AssertClose(grid, Adaptation.Positions([1, 196, 7], [1, 7, 14, 14], extra: 1)!.Apply(grid.flatten(2).transpose(1, 2)));
    }

    [Fact]
    public void Nothing_else_is_adapted()
    {
        Assert.Null(Adaptation.InputChannels([6, 3, 3, 3], [5, 32, 3, 3]));
        Assert.Null(Adaptation.InputChannels([6, 0, 3, 3], [6, 32, 3, 3]));
        Assert.Null(Adaptation.InputChannels([6, 3, 7, 7], [6, 32, 3, 3]));
        Assert.Null(Adaptation.Patch([6, 3, 16, 16], [5, 3, 8, 8]));
        Assert.Null(Adaptation.Patch([6, 3, 1 << 20, 1], [6, 3, 8, 8]));
        Assert.Null(Adaptation.Positions([1, 198, 7], [1, 7, 14, 14], extra: 1));
        Assert.Null(Adaptation.Positions([1, 197, 8], [1, 7, 14, 14], extra: 1));
    }

    private static Tensor Convolve(Tensor x, Tensor weight) => nn.functional.conv2d(x, weight, padding: [1, 1]);

    private static void AssertClose(Tensor want, Tensor got)
    {
        Assert.Equal(want.shape, got.shape);
        Assert.InRange((want - got).abs().max().item<float>(), 0, 1e-5 * want.abs().max().item<float>());
    }
}
