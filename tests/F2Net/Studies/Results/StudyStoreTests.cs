using F2Net.Data;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;
using F2Net.Tests.Data;

namespace F2Net.Tests.Studies.Results;

public sealed class StudyStoreTests : TinyStudyTests
{
    [Fact]
    public void A_lock_whose_process_died_holds_nothing()
    {
        var (store, runs) = (Store("results"), Plan([1]));
        File.WriteAllText(Folder.File(Path.GetRelativePath(Folder.Path, store.TrainingFolder(runs[0]) + ".lock")), "");
        Assert.Empty(Runner(store).Run(runs));
    }

    [Fact]
    public void A_result_of_another_recipe_is_none()
    {
        var store = Store("results");
        Runner(store).Run(Plan([1]));
        var longer = Preset with { Recipe = Preset.Recipe with { Iterations = 5 } };
        Assert.Equal(2, store.Load().Missing(StudyRun.Plan(Pair, Pair.Rows, [1], longer, 3)).Count);
    }

    [Fact]
    public void Refuses_a_folder_with_results_of_another_data_set()
    {
        MadeUpResults.Write(Folder.File("results"), MadeUpResults.Of(Pair, StudyRow.Full, 1, 0.5, dataSet: "test?"), "test");
        var store = new StudyStore(Folder.File("results"), StudyPreset.Nano, Data.Info);
        Assert.Equal(
            $"{store.Folder} has results of the data set test?, not of Test; give one of them another name in its dataset.json.",
            Assert.Throws<UserException>(() => store.Load()).Message
        );
    }

    [Theory]
    [InlineData("Blue Marble 5", "blue-marble-5")]
    [InlineData("Дубай, 屋顶", "дубай-屋顶")]
    public void A_data_set_s_folder_has_its_name_s_letters_whatever_they_are(string name, string slug) =>
        Assert.Equal(Path.Combine("results", "nano", slug), StudyStore.FolderOf("results", StudyPreset.Nano, name));

    [Fact]
    public void Refuses_a_data_set_s_name_without_letters() =>
        Assert.Equal(
            "The data set's name, '?', has no letter to name a folder after; give it another one in dataset.json.",
            Assert.Throws<UserException>(() => StudyStore.FolderOf("results", StudyPreset.Nano, "?")).Message
        );

    [Theory]
    [InlineData("test", "scored")]
    [InlineData("train", "trained")]
    public void Refuses_to_go_on_with_other_pictures_under_the_same_name(string split, string used)
    {
        Runner(Store("results")).Run(Plan([1]));
        TestDataSet.Write(Folder, split, pictures: 2, width: 80, height: 72);
        var more = PreparedDataSet.Open(Folder.Path);
        var store = new StudyStore(Folder.File("results"), Preset, more.Info);
        Assert.Equal(
            $"Row add, seed 1, of Test was {used} on other pictures of {split} than there are now; give this data set another name in its dataset.json, or move the results away.",
            Assert.Throws<UserException>(() => new StudyRunner(store, more, "abc").Run(Plan([1]))).Message
        );
    }

    [Fact]
    public void Refuses_a_damaged_result()
    {
        var file = Folder.File("results/tiny/test/full/seed-1.json");
        File.WriteAllText(file, """{"study": "pair",""");
        Assert.Equal(
            $"{file}: line 1 is not what is expected there; correct the file.",
            Assert.Throws<UserException>(() => Store("results").Load()).Message
        );
    }
}
