using System.Runtime.InteropServices;
using F2Net.Data.Pictures;
using F2Net.Notebook.Charts;
using F2Net.Tests.Data;
using static TorchSharp.torch;
using Shown = F2Net.Notebook.Views.Images;

namespace F2Net.Tests.Notebook.Views;

public class ImagesTests
{
    [Fact]
    public void A_maps_least_and_greatest_values_are_the_colour_maps_ends()
    {
        using var map = tensor(new float[] { -1, 0, 3, 1, 2, float.NaN }).reshape(2, 3);
        var picture = Shown.Of(map);
        Assert.Equal((3, 2), (picture.Width, picture.Height));
        Assert.Equal(ColourMap.Sequential.Colours[0], TestPictures.At(picture, 0, 0));
        Assert.Equal(ColourMap.Sequential.Colours[255], TestPictures.At(picture, 2, 0));
        Assert.Equal(ColourMap.Sequential.Colours[128], TestPictures.At(picture, 2, 1));
    }

    [Fact]
    public void Bounds_that_are_said_clip_and_a_diverging_maps_middle_is_zero()
    {
        using var map = tensor(new float[] { -1, 0, 3 }).reshape(1, 1, 1, 3);
        Assert.Equal(ColourMap.Sequential.Colours[255], TestPictures.At(Shown.Of(map, high: 0), 1, 0));
        var signed = Shown.Of(map, diverging: true);
        Assert.Equal(ColourMap.Diverging.Colours[128], TestPictures.At(signed, 1, 0));
        Assert.Equal(ColourMap.Diverging.Colours[85], TestPictures.At(signed, 0, 0));
    }

    [Fact]
    public void Refuses_what_is_no_map()
    {
        using var pair = zeros(2, 3, 4);
        Assert.Equal("A map is (H, W), not (2, 3, 4). (Parameter 'map')", Assert.Throws<ArgumentException>(() => Shown.Of(pair)).Message);
    }

    [Fact]
    public void A_network_input_becomes_its_picture_again()
    {
        var picture = Noise.Picture(13, 7);
        using var seen = ImageTensor.From(picture);
        Assert.Equal(picture.Pixels, Shown.Rgb(seen).Pixels);
    }

    [Fact]
    public void Stretched_high_frequencies_have_zero_as_middle_grey_and_reach_black_and_white()
    {
        using var scope = NewDisposeScope();
        var high = 0.01 * randn(3, 40, 50);
        var values = MemoryMarshal.Cast<byte, float>(high.bytes);
        values[0] = 0;
        values[2205] = 100; // an outlier must not turn all else grey
        var picture = Shown.Rgb(high, stretch: true);
        Assert.Equal(128, picture.Pixels[0]);
        Assert.Contains((byte)0, picture.Pixels);
        Assert.True(picture.Pixels.Count(v => v is < 100 or > 155) > 1000);
    }

    [Fact]
    public void An_error_map_shows_wrong_pixels_in_their_true_classs_colour()
    {
        var truth = new Mask(4, 1, [0, 1, 2, 255]);
        var predicted = new Mask(4, 1, [0, 2, 1, 0]);
        var errors = Shown.ErrorMap(truth, predicted, TestPictures.Classes);
        Assert.Equal(
            [new Rgb(0xC8, 0xC8, 0xC8), TestPictures.Classes.Palette[1], TestPictures.Classes.Palette[2], new Rgb(0x50, 0x50, 0x50)],
            Enumerable.Range(0, 4).Select(x => TestPictures.At(errors, x, 0))
        );
    }

    [Fact]
    public void Refuses_an_error_map_of_two_sizes() =>
        Assert.Equal(
            "A 3 x 2 prediction cannot be held against a 2 x 3 truth. (Parameter 'predicted')",
            Assert.Throws<ArgumentException>(() => Shown.ErrorMap(Noise.Mask(2, 3, 3), Noise.Mask(3, 2, 3), TestPictures.Classes)).Message
        );

    [Fact]
    public void The_legend_names_every_class_with_its_colour()
    {
        var bundle = Bundle.Of(Shown.Legend(TestPictures.Classes));
        Assert.Equal("sea #143CA0, ice #FFFFFF, lake #00DCFF", bundle["text/plain"]);
        Assert.All(TestPictures.Classes.Classes, c => Assert.Contains($"background:{c.Colour}\"></span>{c.Name}<", bundle["text/html"]));
    }
}
