using F2Net.Data.Pictures;
using F2Net.Evaluation.Objects;

namespace F2Net.Tests.Evaluation.Objects;

public class TornObjectsTests
{
    private const int Ignored = 255;

    // A bar of class 1 across the border at column 4, and one of class 2 that lies in one patch.
    private static readonly Mask truth = Drawn(
        "00000000", //
        "01111110",
        "01111110",
        "00000000",
        "02200000",
        "02200000"
    );

    [Fact]
    public void An_object_whose_class_changes_with_the_patch_is_found()
    {
        var patches = Drawn(
            "00000000", //
            "01110000",
            "01110000",
            "00000000",
            "02200000",
            "02200000"
        );
        var found = Assert.Single(TornObjects.Torn(truth, patches, truth, 4, Ignored, 1, 4));
        Assert.Equal(new(1, 12, new PixelWindow(2, 0, 4, 4), 2, 1), found);
    }

    [Fact]
    public void The_score_is_the_share_of_pairs_that_differ_across_the_border()
    {
        var patches = Drawn(
            "00000000", //
            "01110000",
            "01111110",
            "00000000",
            "02200000",
            "02200000"
        );
        Assert.Equal(0.5, Assert.Single(TornObjects.Torn(truth, patches, truth, 4, Ignored, 1, 4)).Score);
    }

    [Fact]
    public void What_the_whole_image_tears_at_the_same_place_is_not_the_patches_fault()
    {
        var patches = Drawn("00000000", "01110000", "01110000", "00000000", "02200000", "02200000");
        Assert.Empty(TornObjects.Torn(truth, patches, patches, 4, Ignored, 1, 4));
    }

    [Fact]
    public void A_change_elsewhere_than_at_a_border_counts_not()
    {
        var patches = Drawn("00000000", "01100000", "01100000", "00000000", "02200000", "02200000");
        Assert.Empty(TornObjects.Torn(truth, patches, truth, 4, Ignored, 1, 4));
    }

    [Fact]
    public void The_most_torn_comes_first_and_each_object_once()
    {
        // A bar across the row border at 2 and, wider, across the column border at 4, beside one of class 2 that is torn by half.
        var wide = Drawn("11110022", "11110022", "11111022", "11111022", "00000000", "00000000");
        var patches = Drawn("11110022", "11110022", "00001000", "00001002", "00000000", "00000000");
        patches.Ids[2 * 8 + 6] = 2;
        var found = TornObjects.Torn(wide, patches, wide, 2, Ignored, 1, 2);
        Assert.Equal([(1, 1.0), (2, 0.5)], found.Select(f => (f.Class, f.Score)));
    }

    [Fact]
    public void Small_objects_and_narrow_crossings_are_left_out()
    {
        var patches = Drawn("00000000", "01110000", "01110000", "00000000", "02200000", "02200000");
        Assert.Single(TornObjects.Torn(truth, patches, truth, 4, Ignored, 4, 4));
        Assert.Empty(TornObjects.Torn(truth, patches, truth, 4, Ignored, 5, 4)); // two rows are narrower than √5
        Assert.Empty(TornObjects.Torn(truth, patches, truth, 4, Ignored, 13, 4));
    }

    [Fact]
    public void Ignored_pixels_are_no_object()
    {
        var ignored = new Mask(8, 6, [.. truth.Ids.Select(id => id == 1 ? (byte)Ignored : id)]);
        var patches = Drawn("00000000", "01110000", "01110000", "00000000", "00000000", "00000000");
        Assert.Empty(TornObjects.Torn(ignored, patches, truth, 4, Ignored, 1, 4));
        Assert.Equal(2, Assert.Single(TornObjects.Missed(ignored, truth, patches, Ignored, 1, 4)).Class);
    }

    [Fact]
    public void Objects_that_only_the_patches_get_right_come_with_the_share_that_they_gain()
    {
        var whole = Drawn(
            "00000000", //
            "01110000",
            "01110000",
            "00000000",
            "00000000",
            "00000000"
        );
        var found = TornObjects.Missed(truth, truth, whole, Ignored, 1, 4);
        Assert.Equal([new(2, 4, new PixelWindow(0, 2, 4, 4), 4, 1), new(1, 12, new PixelWindow(3, 0, 4, 4), 12, 0.5)], found);
    }

    [Fact]
    public void What_the_patches_lose_elsewhere_in_the_object_is_taken_off()
    {
        var patches = Drawn("00000000", "00011110", "00011110", "00000000", "02200000", "02200000");
        var whole = Drawn("00000000", "01111000", "01111000", "00000000", "02200000", "02200000");
        Assert.Empty(TornObjects.Missed(truth, patches, whole, Ignored, 1, 4));
    }

    [Fact]
    public void Refuses_masks_of_another_size() =>
        Assert.Equal(
            "A prediction of 4 x 6 pixels does not belong to a ground truth of 8 x 6.",
            Assert.Throws<ArgumentException>(() => TornObjects.Torn(truth, truth, new Mask(4, 6, new byte[24]), 4, Ignored, 1, 4)).Message
        );

    private static Mask Drawn(params string[] rows) =>
        new(rows[0].Length, rows.Length, [.. rows.SelectMany(row => row.Select(id => (byte)(id - '0')))]);
}
