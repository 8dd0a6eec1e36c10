using F2Net.Data.Pictures;
using F2Net.Tests.Notebook;

namespace F2Net.Tests.Data.Pictures;

public sealed class EncodedPictureTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(77, 41)]
    public void A_png_holds_every_pixel(int width, int height)
    {
        var picture = Noise.Picture(width, height);
        Assert.Equal(picture.Pixels, TestPictures.Decoded(EncodedPicture.Png(picture)).Pixels);
    }

    [Fact]
    public void A_png_of_ids_holds_their_colours()
    {
        var mask = Noise.Mask(31, 17, classes: 3);
        Assert.Equal(
            mask.Coloured(TestPictures.Classes.Palette).Pixels,
            TestPictures.Decoded(EncodedPicture.Png(mask, TestPictures.Classes.Palette)).Pixels
        );
    }

    [Fact]
    public void A_jpeg_holds_about_the_same_picture_and_less_of_it_at_less_quality()
    {
        var picture = TestPictures.Flat(64, 48, 120);
        Assert.All(TestPictures.Decoded(EncodedPicture.Jpeg(picture)).Pixels, v => Assert.InRange(v, 118, 122));
        var noise = Noise.Picture(64, 48);
        Assert.True(EncodedPicture.Jpeg(noise, quality: 30).Length < EncodedPicture.Jpeg(noise, quality: 90).Length);
    }

    [Theory]
    [InlineData(100, 50, 50, 50, 50, 25)]
    [InlineData(100, 50, 300, 10, 20, 10)]
    [InlineData(100, 50, 100, 50, 100, 50)]
    [InlineData(1000, 3, 100, 100, 100, 1)]
    public void A_fitted_picture_keeps_its_shape_and_is_never_enlarged(
        int width,
        int height,
        int roomX,
        int roomY,
        int toWidth,
        int toHeight
    )
    {
        var fitted = TestPictures.Flat(width, height, 99).Fitted(roomX, roomY);
        Assert.Equal((toWidth, toHeight), (fitted.Width, fitted.Height));
        Assert.All(fitted.Pixels, v => Assert.Equal(99, v));
    }
}
