using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data;

public sealed class PreparedDataSetTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pairs_images_with_masks_and_keeps_what_it_decoded()
    {
        TestDataSet.Write(folder, "train", pictures: 2, 47, 35);
        var split = TestDataSet.Open(folder);
        Assert.Equal("0 1", string.Join(' ', split.Samples.Select(s => s.Name)));
        Assert.Equal(TestDataSet.Image(TestDataSet.Mask(47, 35, seed: 1), seed: 1).Pixels, split.Samples[1].Image.Pixels);
        Assert.Equal(TestDataSet.Mask(47, 35, seed: 1).Ids, split.Samples[1].Mask.Ids);
        Assert.Same(split.Samples[1].Image, split.Samples[1].Image);
        Assert.Equal(2 * 47 * 35, split.ClassCounts.Sum());
        Assert.Equal(6, split.ClassCounts[2]);
    }

    [Fact]
    public void Reads_classes_colours_and_defaults()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 40);
        var info = PreparedDataSet.Open(folder.Path).Info;
        Assert.Equal("sea land lake", string.Join(' ', info.Classes.Select(c => c.Name)));
        Assert.Equal(new Rgb(0x14, 0x3C, 0xA0), info.Palette[0]);
        Assert.All(info.Classes, c => Assert.True(c.InMean));
        Assert.Equal(255, info.IgnoreIndex);
        Assert.Empty(info.AlsoWithout);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 40);
        var info = PreparedDataSet.Open(folder.Path).Info;
        JsonFile.Write(folder.File("again.json"), info);
        Assert.Equal(info.Classes, DataSetInfo.Read(folder.File("again.json")).Classes);
    }

    [Fact]
    public void Refuses_a_folder_without_dataset_json() =>
        Fault($"{folder.Path} has no dataset.json; give the folder of a prepared data set.", () => PreparedDataSet.Open(folder.Path));

    [Fact]
    public void Refuses_an_empty_split()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 40);
        Fault(
            $"{folder.Path}/img_dir/val has no picture; put the val images there (JPEG, PNG or GeoTIFF).",
            () => TestDataSet.Open(folder, "val")
        );
    }

    [Fact]
    public void Refuses_an_image_without_a_mask_and_a_mask_without_an_image()
    {
        TestDataSet.Write(folder, "train", pictures: 2, 40, 40);
        TestDataSet.Write(folder, "val", pictures: 2, 40, 40);
        File.Delete(folder.File("ann_dir/train/1.png"));
        File.Delete(folder.File("img_dir/val/1.png"));
        Fault(
            $"{folder.Path}/img_dir/train/1.png has no mask; put it at {folder.Path}/ann_dir/train/1.png.",
            () => TestDataSet.Open(folder)
        );
        Fault(
            $"{folder.Path}/ann_dir/val/1.png has no image; put it into {folder.Path}/img_dir/val.",
            () => TestDataSet.Open(folder, "val")
        );
    }

    [Fact]
    public void Refuses_two_images_of_one_name()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 40);
        TestRasters.Write(folder.File("img_dir/train/0.jpg"), Noise.Picture(40, 40));
        Fault(
            $"{folder.Path}/img_dir/train/0.jpg and {folder.Path}/img_dir/train/0.png have one name; keep one of them.",
            () => TestDataSet.Open(folder)
        );
    }

    [Fact]
    public void Refuses_a_mask_of_another_size_than_its_image()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 50);
        var mask = folder.File("ann_dir/train/0.png");
        RasterWriter.WriteMask(mask, Noise.Mask(40, 49, 3), []);
        Fault(
            $"{mask} is 40 x 49 pixels and its image {folder.Path}/img_dir/train/0.png 40 x 50; give both one size.",
            () => TestDataSet.Open(folder).Samples[0].Mask
        );
    }

    [Fact]
    public void Refuses_a_class_id_outside_dataset_json_but_not_the_ignore_index()
    {
        TestDataSet.Write(folder, "train", pictures: 1, 40, 40);
        var path = folder.File("ann_dir/train/0.png");
        var mask = Noise.Mask(40, 40, 3);
        mask.Ids[7] = 255;
        RasterWriter.WriteMask(path, mask, []);
        Assert.Equal(mask.Ids, TestDataSet.Open(folder).Samples[0].Mask.Ids);

        (mask.Ids[8], mask.Ids[9]) = (3, 3);
        RasterWriter.WriteMask(path, mask, []);
        Fault(
            $"{path} has 2 pixels of class id 3, but dataset.json names only 0 to 2 (255 is ignored); correct the mask or add the class.",
            () => TestDataSet.Open(folder).Samples[0].Mask
        );
    }

    [Theory]
    [InlineData("""{ "name": "T", "classses": [] }""", "unknown key \"classses\"")]
    [InlineData("""{ "classes": [{ "name": "a", "colour": "#000000" }] }""", "no value for \"name\"")]
    [InlineData("""{ "name": "T", "classes": 3 }""", "line 1 (classes) is not what is expected there")]
    [InlineData(
        """{ "name": "T", "classes": [{ "name": "a", "colour": "red" }] }""",
        "line 1 (classes[0].colour) a colour is written \"#RRGGBB\", not \"red\""
    )]
    [InlineData("""{ "name": "T", "classes": [] }""", "0 classes, where 2 to 255 can be told apart")]
    [InlineData("""{ "name": "T", "classes": [{ "name": "a", "colour": "#000000" }, null] }""", "a class is null")]
    [InlineData(
        """{ "name": "T", "classes": [{ "name": "a", "colour": "#000000" }, { "name": "a", "colour": "#000000" }] }""",
        "class \"a\" is there twice"
    )]
    [InlineData(
        """{ "name": "T", "ignoreIndex": 1, "classes": [{ "name": "a", "colour": "#000000" }, { "name": "b", "colour": "#000000" }] }""",
        "ignoreIndex 1 lies outside 2 to 255, the values that no class has"
    )]
    [InlineData(
        """{ "name": "T", "alsoWithout": ["c"], "classes": [{ "name": "a", "colour": "#000000" }, { "name": "b", "colour": "#000000" }] }""",
        "alsoWithout names \"c\", which is no class"
    )]
    [InlineData(
        """{ "name": "T", "alsoWithout": [null], "classes": [{ "name": "a", "colour": "#000000" }, { "name": "b", "colour": "#000000" }] }""",
        "alsoWithout names \"\", which is no class"
    )]
    public void Refuses_a_faulty_dataset_json(string json, string fault)
    {
        File.WriteAllText(folder.File("dataset.json"), json);
        Fault($"{folder.Path}/dataset.json: {fault}; correct the file.", () => PreparedDataSet.Open(folder.Path));
    }

    private static void Fault(string message, Func<object> act) => Assert.Equal(message, Assert.Throws<UserException>(act).Message);
}
