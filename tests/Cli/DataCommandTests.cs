using System.Text.Json;
using F2Net.Tests.Data;
using static F2Net.Tests.Cli.CommandLine;

namespace F2Net.Tests.Cli;

public sealed class DataCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public DataCommandTests()
    {
        TestDataSet.Write(folder, "train", pictures: 2, width: 80, height: 72);
        TestDataSet.Write(folder, "val", pictures: 1, width: 47, height: 35);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Packs_a_folder_from_which_training_then_goes_on_without_its_pictures()
    {
        var packed = Invoke("data", "pack", folder.Path);
        Assert.Equal((0, ""), (packed.Code, packed.Error));
        Assert.StartsWith("Packing 1/3", packed.Output, StringComparison.Ordinal);
        Assert.Contains($"{folder.Path}/packed.safetensors: 3 pictures and masks, ", packed.Output, StringComparison.Ordinal);

        Directory.Delete(folder.File("img_dir"), recursive: true);
        Directory.Delete(folder.File("ann_dir"), recursive: true);
        File.Delete(folder.File("dataset.json"));
        File.WriteAllText(folder.File("recipe.json"), """{"iterations": 1, "sampling": {"cropSize": 64, "batchSize": 1}}""");
        var trained = Invoke(
            ["train", "--data", folder.Path, "--out", folder.File("run"), "--network", "nano", "--recipe", folder.File("recipe.json")],
            // GDAL is not even looked for.
            ("F2NET_GDAL", "/no/libgdal")
        );
        Assert.Equal((0, ""), (trained.Code, trained.Error));
    }

    [Fact]
    public void Counts_what_a_data_set_holds_into_a_table_json_and_a_picture()
    {
        var counted = Invoke("data", "stats", folder.Path, "--json", folder.File("out/stats.json"), "--out", folder.File("out"));
        Assert.Equal((0, ""), (counted.Code, counted.Error));
        Assert.Contains("| train, sea   |        2 |", counted.Output, StringComparison.Ordinal);
        Assert.Contains("| train |        2 | 2 of 80 x 72 |         0.012 |        0.000 |", counted.Output, StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText(folder.File("out/stats.md")), counted.Output, StringComparison.Ordinal);
        Assert.Contains("Test: classes by split", File.ReadAllText(folder.File("out/stats.svg")), StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("out/stats.json")));
        var splits = json.RootElement.GetProperty("statistics").GetProperty("splits");
        Assert.Equal(2 * 80 * 72, splits[0].GetProperty("labelled").GetInt64());
        Assert.Equal(3, splits[1].GetProperty("classes")[2].GetProperty("pixels").GetInt64());
    }

    [Fact]
    public void Says_in_one_sentence_what_is_no_data_set()
    {
        File.Delete(folder.File("dataset.json"));
        foreach (var verb in new[] { "pack", "stats" })
            Assert.Equal(
                (2, $"{folder.Path} has no dataset.json; give the folder of a prepared data set.\n"),
                Invoke("data", verb, folder.Path) is var r ? (r.Code, r.Error) : default
            );
    }
}
