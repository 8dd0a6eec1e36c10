using F2Net.Data.Pictures;
using F2Net.Data.Sampling;
using static TorchSharp.torch;

namespace F2Net.Tests.Data.Pictures;

public sealed class ImageTensorTests
{
    [Fact]
    public void Is_normalised_with_imagenets_mean_and_deviation()
    {
        var picture = Noise.Picture(5, 3);
        using var tensor = ImageTensor.From(picture);
        Assert.Equal([1, 3, 3, 5], tensor.shape);
        double[] mean = [0.485, 0.456, 0.406],
            deviation = [0.229, 0.224, 0.225];
        for (var c = 0; c < 3; c++)
        for (var i = 0; i < 15; i++)
            Assert.Equal((picture.Plane(c)[i] / 255.0 - mean[c]) / deviation[c], tensor[0, c, i / 5, i % 5].item<float>(), 5);
    }

    [Fact]
    public void A_jitter_next_to_none_changes_next_to_nothing()
    {
        var picture = Noise.Picture(33, 34);
        using var plain = ImageTensor.From(picture);
        using var jittered = ImageTensor.From([picture], [new ColourJitter(1, 1.000001f, 1)]);
        Assert.InRange((plain - jittered).abs().max().item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void Jitter_changes_brightness_contrast_and_saturation_and_stays_in_range()
    {
        var grey = new Picture(1, 1, [100, 100, 100]);
        var red = new Picture(1, 1, [200, 50, 50]);
        Assert.Equal(110, Bytes(grey, new(1.1f, 1, 1))[0], 2);
        Assert.Equal(128 + (100 - 128) * 1.5, Bytes(grey, new(1, 1.5f, 1))[0], 2);
        Assert.Equal(Bytes(red, new(1, 1, 0))[0], Bytes(red, new(1, 1, 0))[1], 2);
        Assert.Equal(255, Bytes(red, new(2, 1, 1))[0], 2);
        Assert.Equal(0, Bytes(red, new(1, 3, 1))[1], 2);
    }

    [Fact]
    public void Refuses_pictures_of_two_sizes() =>
        Assert.Equal(
            "Pictures of one batch must have one size. (Parameter 'pictures')",
            Assert
                .Throws<ArgumentException>(() =>
                    ImageTensor.From([Noise.Picture(3, 3), Noise.Picture(3, 4)], [ColourJitter.None, ColourJitter.None])
                )
                .Message
        );

    private static double[] Bytes(Picture picture, ColourJitter jitter)
    {
        using var scope = NewDisposeScope();
        var t = ImageTensor.From([picture], [jitter]);
        return
        [
            .. new[] { (0.229, 0.485), (0.224, 0.456), (0.225, 0.406) }.Select(
                (n, c) => (t[0, c, 0, 0].item<float>() * n.Item1 + n.Item2) * 255
            ),
        ];
    }
}
