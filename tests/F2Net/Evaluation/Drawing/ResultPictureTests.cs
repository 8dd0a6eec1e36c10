using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation.Drawing;
using F2Net.Tests.Data;

namespace F2Net.Tests.Evaluation.Drawing;

public class ResultPictureTests
{
    private static readonly DataSetInfo Info = new(
        "Test",
        [new("sea", new(20, 60, 160)), new("land", new(120, 170, 80)), new("lake", new(0, 220, 255))]
    );

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void An_overlay_lies_between_the_picture_and_its_colours(double opacity)
    {
        var picture = Noise.Picture(37, 23);
        var mask = Noise.Mask(37, 23, classes: 3);
        var colours = mask.Coloured(Info.Palette);
        var overlay = Overlay.Of(picture, mask, Info.Palette, opacity);
        for (var i = 0; i < overlay.Pixels.Length; i++)
            Assert.Equal(opacity * colours.Pixels[i] + (1 - opacity) * picture.Pixels[i], overlay.Pixels[i], 0.5);
    }

    [Fact]
    public void Refuses_an_overlay_of_another_size() =>
        Assert.Equal(
            "A 8 x 9 mask does not lie on a 9 x 8 picture. (Parameter 'mask')",
            Assert.Throws<ArgumentException>(() => Overlay.Of(Noise.Picture(9, 8), Noise.Mask(8, 9, 3), Info.Palette)).Message
        );

    [Theory]
    [InlineData(301, 97, 150)]
    [InlineData(64, 200, 612)]
    [InlineData(40, 33, 32)]
    public void Side_by_side_shows_image_truth_and_prediction_at_the_width_asked_for(int width, int height, int panelWidth)
    {
        var image = new Picture(width, height, [.. Enumerable.Repeat((byte)77, 3 * width * height)]);
        var (truth, prediction) = (One(width, height, 1), One(width, height, 2));
        var sheet = SideBySide.Of(image, truth, prediction, Info, panelWidth);

        var panel = Math.Min(width, panelWidth);
        Assert.Equal(3 * panel + 4 * 8, sheet.Width);
        Assert.Equal(new Rgb(77, 77, 77), At(sheet, 8 + panel / 2, 34));
        Assert.Equal(Info.Palette[1], At(sheet, 16 + panel + panel / 2, 34));
        Assert.Equal(Info.Palette[2], At(sheet, 24 + 2 * panel + panel / 2, 34));
    }

    [Fact]
    public void The_legend_shows_every_class_in_its_colour_even_where_it_takes_more_lines()
    {
        var many = new DataSetInfo(
            "Many",
            [.. Enumerable.Range(0, 30).Select(i => new ClassInfo($"class number {i}", new((byte)(5 * i + 40), 250, 1)))]
        );
        var sheet = SideBySide.Of(Noise.Picture(64, 64), One(64, 64, 0), One(64, 64, 0), many);
        var seen = Enumerable.Range(0, sheet.Width * sheet.Height).Select(i => At(sheet, i % sheet.Width, i / sheet.Width)).ToHashSet();
        Assert.All(many.Palette, colour => Assert.Contains(colour, seen));
    }

    [Fact]
    public void Words_wider_than_their_place_go_on_below_after_hyphens_too_and_pictures_of_a_row_stay_level()
    {
        var red = new Picture(64, 64, [.. Enumerable.Repeat((byte)200, 64 * 64), .. new byte[2 * 64 * 64]]);
        var one = Sheet.Of([("one", red), ("two", red)], columns: 2);
        var more = Sheet.Of([("one", red), ("full-in-patches-alone", red)], columns: 2, title: "a title of two lines, not cut");
        Assert.Equal(one.Width, more.Width);
        Assert.Equal(Tops(one).Select(top => top + (2 + 2) * (Tops(one)[0] - 8)), Tops(more));
        Assert.All(Enumerable.Range(0, 5), line => Assert.True(IsInk(more, 8 + line * (Tops(one)[0] - 8)), $"line {line}"));

        static int[] Tops(Picture sheet) =>
            [
                .. new[] { 8, 8 + 64 + 8 }.Select(x =>
                    Enumerable.Range(0, sheet.Height).First(y => At(sheet, x + 63, y) == new Rgb(200, 0, 0))
                ),
            ];

        static bool IsInk(Picture sheet, int top) =>
            Enumerable.Range(top, 8).Any(y => Enumerable.Range(0, sheet.Width).Any(x => At(sheet, x, y) == default));
    }

    private static Mask One(int width, int height, byte id) => new(width, height, [.. Enumerable.Repeat(id, width * height)]);

    private static Rgb At(Picture picture, int x, int y)
    {
        var i = y * picture.Width + x;
        return new Rgb(picture.Plane(0)[i], picture.Plane(1)[i], picture.Plane(2)[i]);
    }
}
