using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Running;

namespace F2Net.Tests.Studies.Results;

public sealed class StudyShelfTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Study fusion = Catalogue.Find("fusion");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_data_set_with_results_has_a_shelf_though_it_is_not_here()
    {
        MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5, "Two"), "two");
        MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, fusion.Rows[0], 1, 0.4, "One"), "one");
        MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5, "One"), "one");
        Directory.CreateDirectory(folder.File("nano/empty"));

        var shelves = StudyShelf.All(folder.Path, StudyPreset.Nano);
        Assert.Equal([("One", 3), ("Two", 3)], shelves.Select(s => (s.DataSet, s.Classes)));
        Assert.Equal([true, false], shelves.Select(s => s.Tables(fusion).Count > 0));
        Assert.Equal(-0.1, shelves[0].Tables(fusion).Single().Rows[0].Difference!.Mean, 1e-12);
    }

    [Fact]
    public void Results_of_the_paper_s_schedule_are_found_on_inria_too()
    {
        var inria = StudyPreset.Of("paper", new("Inria Aerial Image Labeling", []));
        Assert.Equal(40_000, inria.Recipe.Iterations);
        var made = MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5, "Inria Aerial Image Labeling");
        var run = StudyRun.Of(fusion, StudyRow.Full, 1, inria, 3);
        JsonFile.Write(folder.File("paper/inria/full/seed-1.json"), made with { Network = run.Network, Recipe = run.Recipe });
        var table = StudyShelf.All(folder.Path, StudyPreset.Paper).Single().Table(fusion);
        Assert.Equal(0.5, table.Reference!.Test!.Mean);
    }

    [Fact]
    public void A_project_without_results_has_none() => Assert.Empty(StudyShelf.All(folder.File("none"), StudyPreset.Nano));
}
