using F2Net.Data;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Tests.Data;

namespace F2Net.Tests.Studies.Results;

public sealed class StudyMasksTests : TinyStudyTests
{
    [Theory]
    [InlineData("public domain", 1, true)]
    [InlineData("public domain", 2, false)]
    [InlineData("CC0 1.0 (public domain)", 1, false)]
    public void Keeps_the_main_table_s_masks_of_seed_1_where_the_pictures_are_free(string licence, int seed, bool kept)
    {
        File.WriteAllText(
            Folder.File("dataset.json"),
            TestDataSet.Json.Replace("\"Test\",", $"\"Test\", \"licence\": \"{licence}\",", StringComparison.Ordinal)
        );
        var free = PreparedDataSet.Open(Folder.Path);
        var store = new StudyStore(Folder.File("results"), Preset, free.Info);
        new StudyRunner(store, free, "abc").Run(Plan([seed]));

        foreach (var run in Plan([seed]))
        {
            var result = store.Load().Of(run)!;
            Assert.Equal(kept && run.Row.Name == "full", StudyMasks.Kept(store, result));
            if (!StudyMasks.Kept(store, result))
                continue;
            var (mask, truth) = (StudyMasks.Read(store, result, "0"), free.Split("test").Samples[0].Mask);
            Assert.Equal((80, 72), (mask.Width, mask.Height));
            Assert.Equal(result.Test!.Metrics.PixelAccuracy, mask.Ids.Zip(truth.Ids).Count(p => p.First == p.Second) / (80.0 * 72), 1e-9);
        }
    }
}
