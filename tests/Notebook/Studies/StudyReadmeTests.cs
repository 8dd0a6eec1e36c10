using F2Net.Notebook.Studies;
using F2Net.Studies;
using F2Net.Tests.Studies;

namespace F2Net.Tests.Notebook.Studies;

public sealed class StudyReadmeTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_readme_s_tables_are_those_of_the_results()
    {
        var readme = File.ReadAllText(ProjectFolder.Path("README.md"));
        Assert.True(
            readme == StudyReadme.Renewed(readme, ProjectFolder.Path("results/studies")),
            "README.md is older than results/studies: run bash lib/f2net study --readme."
        );
    }

    [Fact]
    public void The_studies_files_are_those_of_the_results()
    {
        var studies = StudyReport.All(ProjectFolder.Path("results/studies")).ToList();
        Assert.True(studies.Count > 10);
        foreach (var (place, table) in studies)
        foreach (var (name, text) in StudyReport.Files(table))
            Assert.True(
                File.Exists(Path.Combine(place, name)) && text == File.ReadAllText(Path.Combine(place, name)),
                $"{Path.Combine(place, name)} is older than its results: run bash lib/f2net study --readme."
            );
    }

    [Fact]
    public void A_run_that_failed_is_counted()
    {
        var fusion = Catalogue.Find("fusion");
        MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5), "test");
        MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, Catalogue.Row("add"), 1, 0.4), "test");
        MadeUpResults.Write(
            folder.Path,
            MadeUpResults.Of(fusion, Catalogue.Row("add"), 2, 0, failure: "The loss became NaN at step 7."),
            "test"
        );
        var renewed = StudyReadme.Renewed("<!-- f2net study --readme writes from here -->\n<!-- to here -->\n", folder.Path);
        Assert.Matches(@"\| add +\| 74.60 \| +−5.62 \| +40.00 \| +−10.00 \| 1 \(1 failed\) \|", renewed);
    }

    [Fact]
    public void What_stands_about_the_tables_stays_and_the_same_again_changes_nothing()
    {
        var fusion = Catalogue.Find("fusion");
        foreach (var seed in (int[])[1, 2])
        {
            MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, fusion.Rows[0], seed, 0.40 + 0.01 * seed), "test");
            MadeUpResults.Write(folder.Path, MadeUpResults.Of(fusion, StudyRow.Full, seed, 0.5), "test");
        }
        var text = "above\n<!-- f2net study --readme writes from here -->\nold\n<!-- to here -->\nbelow\n";
        var renewed = StudyReadme.Renewed(text, folder.Path);
        Assert.StartsWith("above\n<!-- f2net study --readme writes from here -->\n\n**Main results.**", renewed, StringComparison.Ordinal);
        Assert.EndsWith("\n<!-- to here -->\nbelow\n", renewed, StringComparison.Ordinal);
        Assert.Contains("| concat          | 76.10 |   −4.12 | 41.50 | −8.50 ± 6.35 |     2 |", renewed, StringComparison.Ordinal);
        Assert.Equal(renewed, StudyReadme.Renewed(renewed, folder.Path));
    }

    [Fact]
    public void Refuses_a_readme_without_its_markers() =>
        Assert.Equal(
            "README.md lacks the lines <!-- f2net study --readme writes from here --> and <!-- to here -->; put them where its tables belong.",
            Assert.Throws<UserException>(() => StudyReadme.Renewed("text", folder.Path)).Message
        );
}
