using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Studies.Costs;
using F2Net.Studies.Tables;
using F2Net.Tests.Data;
using F2Net.Tests.Studies;
using static TorchSharp.torch;

namespace F2Net.Tests.Notebook.Studies;

public sealed class StudyPageTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Study fusion = Catalogue.Find("fusion");

    public StudyPageTests()
    {
        foreach (var split in (string[])["train", "val", "test"])
            TestDataSet.Write(folder, split, pictures: 1, width: 80, height: 72);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_data_set_s_own_table_comes_first_then_those_that_compare()
    {
        Write(fusion.Rows[0], "Another");
        Write(StudyRow.Full, "Third");
        Write(Catalogue.Row("add-2240"), "Test");
        Assert.Equal(["Test", "Test, 2,240 steps", "Another"], Page().Tables().Select(t => t.DataSet));
    }

    [Fact]
    public void Nothing_is_trained_unless_it_is_asked_for()
    {
        Write(StudyRow.Full, "Test");
        var training = Page().Training(recompute: false, [], [1, 2]);
        training.Run(() => Assert.Fail("nothing has changed"));
        Assert.Equal(
            "fusion, Test: 7 of 8 runs have no result; Recompute = true trains them, Rows = [\"concat\"] one row.",
            training.ToString()
        );
    }

    [Fact]
    public void What_is_there_is_not_trained_again()
    {
        foreach (var row in fusion.Rows)
            Write(row, "Test");
        var training = Page().Training(recompute: true, [], [1]);
        training.Run(() => Assert.Fail("nothing has changed"));
        Assert.Equal("fusion, Test: all 4 runs have results.", training.ToString());
    }

    [Fact]
    public void A_training_that_is_cancelled_says_that_it_goes_on()
    {
        Write(StudyRow.Full, "Test"); // says how long a run takes
        var training = Page().Training(recompute: false, ["add"], [1]);
        training.Run(() => { }, new CancellationToken(canceled: true));
        Assert.Equal(
            $"Stopped; the same cell goes on from here.\nFusion 0 of {StudyPreset.Nano.Recipe.Iterations:#,0}, 0 %",
            training.ToString()
        );
    }

    [Fact]
    public void No_masks_no_pictures() => Assert.Empty(new StudyPredictions(Page()).Torn(3));

    [Fact]
    public void Kept_masks_stand_beside_each_other_and_show_what_the_whole_image_misses()
    {
        var main = Catalogue.Find("main");
        var page = new StudyPage("main", folder.Path, folder.File("results"));
        var truth = page.Data.Split("test").Samples[0].Mask;
        MadeUpResults.Write(page.Results, MadeUpResults.Of(main, MainStudy.InPatchesAlone, 1, 0.5), "test");
        foreach (var (file, mask) in new[] { ("0.png", truth), ("compared/0.png", new Mask(80, 72, new byte[80 * 72])) })
            RasterWriter.WriteMask(
                Path.Combine(page.Results, "nano/test", MainStudy.InPatchesAlone.Name, "seed-1", file),
                mask,
                page.Data.Info.Palette
            );
        var predictions = new StudyPredictions(page);
        Assert.Equal(["0, whole: image; truth; full-in-patches-alone"], predictions.Whole("0").Select(g => g.ToString()));
        var missed = Assert.Single(predictions.Missed(3)).ToString();
        Assert.StartsWith("0, land of 2,8", missed, StringComparison.Ordinal);
        Assert.EndsWith("full-in-patches-alone; the same, whole", missed, StringComparison.Ordinal);
        Assert.Contains("pixels: right in patches alone, net 100 % of it: image;", missed, StringComparison.Ordinal);
        Assert.Empty(predictions.Torn(3)); // the picture is smaller than a patch
    }

    [Fact]
    public void Costs_that_are_not_measured_say_so() =>
        Assert.Contains(
            "| concat          |   nano |    – |   – | not yet measured |",
            StudyCostView.Of(Page().Tables()[0], Page().Results).ToMarkdown(),
            StringComparison.Ordinal
        );

    [Fact]
    public void Costs_are_those_of_the_largest_size_at_which_all_rows_are_measured()
    {
        var figures = StudyEfficiency.Measure(StudyPreset.Nano, StudyRow.Full, [40, 64], CPU, "abc");
        foreach (var row in fusion.Rows)
            Write(figures with { Row = row.Name });
        Assert.Equal(4, Lines("64 x 64"));
        Write(figures with { Row = "add", Sizes = [figures.Sizes[0]] });
        Assert.Equal((4, 0), (Lines("40 x 40"), Lines("64 x 64")));

        int Lines(string size) => StudyCostView.Of(Page().Tables()[0], Page().Results).ToMarkdown().Split(size).Length - 1;
        void Write(StudyEfficiency of) =>
            JsonFile.Write(StudyEfficiency.FileOf(Page().Results, StudyPreset.Nano, fusion.Rows.Single(r => r.Name == of.Row)), of);
    }

    private StudyPage Page() => new("fusion", folder.Path, folder.File("results"));

    private void Write(StudyRow row, string dataSet) =>
        MadeUpResults.Write(folder.File("results"), MadeUpResults.Of(fusion, row, 1, 0.5, dataSet), dataSet.ToLowerInvariant());
}
