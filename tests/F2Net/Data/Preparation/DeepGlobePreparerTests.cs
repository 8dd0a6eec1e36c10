using F2Net.Data;
using F2Net.Data.Pictures;
using static F2Net.Tests.Data.Preparation.TestDownloads;

namespace F2Net.Tests.Data.Preparation;

public sealed class DeepGlobePreparerTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Source => folder.File("src");

    private string Out => folder.File("out");

    [Fact]
    public void Images_keep_their_bytes_and_masks_become_ids()
    {
        var mask = WriteDeepGlobe(folder, "src/land-train", "119");
        Prepare("deepglobe", Source, Out);

        Assert.Equal(
            File.ReadAllBytes(folder.File("src/land-train/119_sat.jpg")),
            File.ReadAllBytes(folder.File("out/img_dir/train/119.jpg"))
        );
        Assert.Equal(mask.Ids, ReadMask(folder.File("out/ann_dir/train/119.png")).Ids);
        Assert.Equal(mask.Ids, PreparedDataSet.Open(Out).Split("train").Samples[0].Mask.Ids);
    }

    [Fact]
    public void Unknown_is_class_0_and_out_of_the_mean()
    {
        WriteDeepGlobe(folder, "src", "1");
        Prepare("deepglobe", Source, Out);
        var info = DataSetInfo.Read(folder.File("out/dataset.json"));
        Assert.Equal(("unknown", false), (info.Classes[0].Name, info.Classes[0].InMean));
        Assert.Equal(6, info.Classes.Count(c => c.InMean));
    }

    [Fact]
    public void Says_how_many_pairs_there_are_and_how_they_are_shared()
    {
        for (var i = 0; i < 8; i++)
            WriteDeepGlobe(folder, "src", $"{i}");
        var report = Prepare("deepglobe", Source, Out, seed: 7);

        Assert.Equal((7, "drawn with seed 7"), (report.Seed, report.Split));
        Assert.Equal([5, 2, 1], report.Splits.Values.Select(s => s.Pictures));
        Assert.Contains(
            "8 pictures are shared 5/2/1 over train, val and test, in the proportion 454/207/142 of the published 803.",
            report.Remarks
        );
        Assert.Contains("8 pictures, where the published data set has 803.", report.Remarks);
        Assert.Contains(report.Remarks, r => r.StartsWith("8 pictures are not 2448 x 2448 as published (", StringComparison.Ordinal));
    }

    [Fact]
    public void Shares_of_classes_are_those_of_the_masks()
    {
        var mask = WriteDeepGlobe(folder, "src", "1");
        var report = Prepare("deepglobe", Source, Out);
        Assert.Equal((double)mask.Ids.Count(id => id == 4) / mask.Ids.Length, report.All.ClassShares["forest"], 5);
        Assert.Equal(1, report.Splits["train"].ClassShares.Values.Sum(), 5);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}_sat.jpg")]
    [InlineData("land-train/{0}_sat.jpg\tland-train/{0}_mask.png")]
    [InlineData("{0}_sat.jpg,{0}_mask.png")]
    [InlineData("train/{0}_sat.jpg train/{0}_mask.png\r")]
    public void Lists_are_read_in_the_forms_that_circulate(string line)
    {
        foreach (var name in (string[])["11", "22", "33", "44"])
            WriteDeepGlobe(folder, "src/land-train", name);
        WriteLists(string.Format(line, 22) + "\n\n" + string.Format(line, 11), string.Format(line, 44), string.Format(line, 33));

        var report = Prepare("deepglobe", Source, Out, folder.File("lists"));

        Assert.Equal("lists in lists", report.Split);
        Assert.Null(report.Seed);
        Assert.Equal(
            ["11.jpg", "22.jpg"],
            Directory.GetFiles(folder.File("out/img_dir/train")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.True(File.Exists(folder.File("out/ann_dir/val/44.png")));
        Assert.True(File.Exists(folder.File("out/ann_dir/test/33.png")));
    }

    [Fact]
    public void Pictures_in_no_list_are_left_out_and_counted()
    {
        foreach (var name in (string[])["1", "2", "3"])
            WriteDeepGlobe(folder, "src", name);
        WriteLists("1", "2", null);
        Assert.Contains("1 picture is in no list: left out.", Prepare("deepglobe", Source, Out, folder.File("lists")).Remarks);
    }

    [Fact]
    public void An_id_in_two_lists_is_named_with_both()
    {
        foreach (var name in (string[])["1", "2", "3"])
            WriteDeepGlobe(folder, "src", name);
        WriteLists("1\n2", "3\n1", null);
        AssertRefused(
            $"{folder.File("lists/train.txt")} and {folder.File("lists/val.txt")} both name 1; take it out of one of them.",
            "deepglobe",
            Source,
            Out,
            folder.File("lists")
        );
        WriteLists("1\n2\n1", "3", null);
        AssertRefused(
            $"{folder.File("lists/train.txt")} names 1 twice; take one of the lines out.",
            "deepglobe",
            Source,
            Out,
            folder.File("lists")
        );
    }

    [Fact]
    public void Ids_without_a_file_are_counted_and_the_first_is_named()
    {
        WriteDeepGlobe(folder, "src", "1");
        WriteLists("1", "9_sat.jpg\t9_mask.png\n8_sat.jpg\t8_mask.png", null);
        AssertRefused(
            $"{folder.File("lists/val.txt")} names 2 pictures that are not there (9_sat.jpg is the first); complete the download, or take them out of the list.",
            "deepglobe",
            Source,
            Out,
            folder.File("lists")
        );
    }

    [Fact]
    public void A_folder_without_lists_is_told_what_they_are()
    {
        WriteDeepGlobe(folder, "src", "1");
        AssertRefused(
            $"{Source} must hold train.txt and val.txt or test.txt, one picture a line; give the folder of the lists.",
            "deepglobe",
            Source,
            Out,
            Source
        );
        WriteLists("1", "", null);
        AssertRefused(
            $"{folder.File("lists/val.txt")} is empty; list the val pictures there, one a line.",
            "deepglobe",
            Source,
            Out,
            folder.File("lists")
        );
    }

    [Fact]
    public void A_list_and_a_seed_are_one_too_many()
    {
        WriteDeepGlobe(folder, "src", "1");
        var error = Assert.Throws<UserException>(() => Prepare("deepglobe", Source, Out, folder.Path, seed: 3));
        Assert.Equal("Lists and a seed each decide the split; give --lists or --seed, not both.", error.Message);
    }

    [Fact]
    public void Halves_of_pairs_are_named()
    {
        foreach (var name in (string[])["1", "2", "3"])
            WriteDeepGlobe(folder, "src", name);
        File.Delete(folder.File("src/1_mask.png"));
        File.Delete(folder.File("src/3_sat.jpg"));
        AssertRefused(
            $"{Source}: 1 image has no labels (1_sat.jpg) and 1 label file has no image (3_mask.png); complete the download, or move what is alone elsewhere.",
            "deepglobe",
            Source,
            Out
        );
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void A_challenges_hidden_part_is_left_aside()
    {
        WriteDeepGlobe(folder, "src/train", "1");
        WriteDeepGlobe(folder, "src/valid", "2");
        File.Delete(folder.File("src/valid/2_mask.png"));
        var report = Prepare("deepglobe", Source, Out);
        Assert.Equal(1, report.All.Pictures);
        Assert.Contains("valid has 1 images without any labels: left out.", report.Remarks);
    }

    [Fact]
    public void Hidden_files_that_macOS_packed_are_passed_over()
    {
        WriteDeepGlobe(folder, "src/train", "1");
        File.WriteAllText(folder.File("src/__MACOSX/train/._1_sat.jpg"), "");
        File.WriteAllText(folder.File("src/train/._1_mask.png"), "");
        Assert.Equal(1, Prepare("deepglobe", Source, Out).All.Pictures);
    }

    [Fact]
    public void A_stray_pixel_between_classes_becomes_unknown_and_is_counted()
    {
        WriteDeepGlobe(folder, "src", "1");
        var coloured = Noise.Mask(41, 37, 1).Coloured([Rgb.Parse("#00FF00")]);
        (coloured.Plane(0)[77], coloured.Plane(1)[77]) = (200, 100);
        TestRasters.Write(folder.File("src/1_mask.png"), coloured);
        var report = Prepare("deepglobe", Source, Out);
        Assert.Contains("1: 1 pixel of no class (colour #FF0000) became class 0.", report.Remarks);
        Assert.Equal(77, ReadMask(folder.File("out/ann_dir/train/1.png")).Ids.IndexOf((byte)0));
    }

    [Fact]
    public void Two_pairs_of_one_name_are_refused()
    {
        WriteDeepGlobe(folder, "src/a", "1");
        WriteDeepGlobe(folder, "src/b", "1");
        AssertRefused(
            $"{folder.File("src/a/1_sat.jpg")} and {folder.File("src/b/1_sat.jpg")} have one name; keep one of them, or rename one with its labels.",
            "deepglobe",
            Source,
            Out
        );
    }

    private void WriteLists(string train, string val, string? test)
    {
        File.WriteAllText(folder.File("lists/train.txt"), train);
        File.WriteAllText(folder.File("lists/val.txt"), val);
        if (test is not null)
            File.WriteAllText(folder.File("lists/test.txt"), test);
    }
}
