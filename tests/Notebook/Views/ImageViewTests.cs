using F2Net.Data.Pictures;
using F2Net.Tests.Data;
using Shown = F2Net.Notebook.Views.Images;

namespace F2Net.Tests.Notebook.Views;

/// <summary>Grid, overlay and comparison: what their HTML and their static pictures hold.</summary>
public class ImageViewTests
{
    [Fact]
    public void Maps_are_embedded_exactly_as_png_and_photographs_as_smaller_jpeg()
    {
        var (kernel, photograph) = (new Picture(1, 2, [1, 2, 3, 4, 5, 6]), Noise.Picture(64, 64));
        var embedded = TestPictures.Embedded(Bundle.Of(Shown.Grid("t", [("kernel", kernel), ("photograph", photograph)]))["text/html"]);
        Assert.Equal(["image/png", "image/jpeg"], embedded.Select(e => e.Mime));
        Assert.Equal(kernel.Pixels, TestPictures.Decoded(embedded[0].File).Pixels);
        Assert.True(embedded[1].File.Length < photograph.Pixels.Length);
    }

    [Fact]
    public void Large_pictures_are_reduced_to_the_size_asked_for()
    {
        var image = Noise.Picture(700, 350);
        var file = TestPictures.Embedded(Bundle.Of(Shown.Grid("t", [("a", image)], size: 200))["text/html"]).Single().File;
        var seen = TestPictures.Decoded(file);
        Assert.Equal((200, 100), (seen.Width, seen.Height));
    }

    [Fact]
    public void A_tiny_kernel_is_enlarged_to_squares()
    {
        var kernel = new Picture(3, 3, [.. Enumerable.Range(0, 27).Select(i => (byte)(9 * i))]);
        var bundle = Bundle.Of(Shown.Grid("", [("kernel", kernel)]));
        Assert.Contains("image-rendering:pixelated", bundle["text/html"]);
        var sheet = TestPictures.Decoded(Convert.FromBase64String(bundle["image/png"]));
        Assert.InRange(sheet.Height, 200, 240);
        var middle = Enumerable.Range(0, 20).Select(i => TestPictures.At(sheet, 8 + 90 + i, sheet.Height - 110)).Distinct();
        Assert.Equal([TestPictures.At(kernel, 1, 1)], middle);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(9, 3)]
    public void Rows_are_as_even_as_can_be(int count, int rows)
    {
        var html = Bundle.Of(Shown.Grid("t", [.. Enumerable.Range(0, count).Select(i => ($"{i}", TestPictures.Flat(50, 40, 9)))]))[
            "text/html"
        ];
        Assert.Equal(rows, html.Split("display:flex").Length - 1);
        Assert.Equal(count, html.Split("<figure").Length - 1);
    }

    [Fact]
    public void Captions_are_text_whatever_their_characters()
    {
        var html = Bundle.Of(Shown.Grid("‖X‖ < 1", [("a & <b>", TestPictures.Flat(9, 9, 1))]))["text/html"];
        Assert.Contains("&lt; 1", html);
        Assert.Contains("a &amp; &lt;b&gt;</figcaption>", html);
    }

    [Fact]
    public void Refuses_a_grid_of_nothing() =>
        Assert.Equal(
            "Image grid 'Kernels' has no images. (Parameter 'images')",
            Assert.Throws<ArgumentException>(() => Shown.Grid("Kernels", [])).Message
        );

    [Fact]
    public void An_overlays_slider_changes_the_masks_opacity_and_its_picture_has_a_legend()
    {
        var bundle = Bundle.Of(Shown.Overlay(Noise.Picture(40, 30), Noise.Mask(40, 30, 3), TestPictures.Classes));
        Assert.Equal(["image/jpeg", "image/png"], TestPictures.Embedded(bundle["text/html"]).Select(e => e.Mime));
        Assert.Contains("type=\"range\"", bundle["text/html"]);
        Assert.Contains("style.opacity = this.value", bundle["text/html"]);
        Assert.DoesNotContain("<script", bundle["text/html"]);
        var sheet = TestPictures.Decoded(Convert.FromBase64String(bundle["image/png"]));
        Assert.True(sheet.Height > 30 + 16 && sheet.Width >= 40);
    }

    [Fact]
    public void Refuses_an_overlay_of_another_size() =>
        Assert.Equal(
            "A 8 x 9 mask does not lie on a 9 x 8 picture. (Parameter 'mask')",
            Assert.Throws<ArgumentException>(() => Shown.Overlay(Noise.Picture(9, 8), Noise.Mask(8, 9, 3), TestPictures.Classes)).Message
        );

    [Fact]
    public void A_comparison_lays_pictures_over_one_another_and_statically_beside_each_other()
    {
        var view = Shown.Compare(TestPictures.Flat(60, 40, 10), TestPictures.Flat(30, 20, 200), "image", "<truth>");
        var bundle = Bundle.Of(view);
        Assert.Contains("clip-path:inset(0 0 0 50%)", bundle["text/html"]);
        Assert.Contains("&lt;truth&gt;</span>", bundle["text/html"]);
        var sheet = TestPictures.Decoded(Convert.FromBase64String(bundle["image/png"]));
        Assert.Equal(8 + 60 + 8 + 30 + 8, sheet.Width);
        Assert.Equal(new Rgb(10, 10, 10), TestPictures.At(sheet, 20, 30));
        Assert.Equal(new Rgb(200, 200, 200), TestPictures.At(sheet, 90, 30));
    }

    [Fact]
    public void Refuses_a_comparison_of_two_shapes() =>
        Assert.Equal(
            "A 40 x 60 picture does not lie on a 60 x 40 one. (Parameter 'right')",
            Assert
                .Throws<ArgumentException>(() => Shown.Compare(TestPictures.Flat(60, 40, 1), TestPictures.Flat(40, 60, 1), "a", "b"))
                .Message
        );
}
