using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Tables;

namespace F2Net.Tests.Studies.Tables;

public class LongerStudyTests
{
    [Fact]
    public void Every_row_of_the_tables_is_trained_longer_and_nothing_else_changes()
    {
        var rows = LongerStudy.Compared.SelectMany(study => study.Rows).Where(row => row.Name != "full").DistinctBy(row => row.Name);
        foreach (var row in rows)
        {
            var longer = Catalogue.Row($"{row.Name}-2240");
            Assert.Equal((row.Title, row.Paper, row.Inference), (longer.Title, longer.Paper, longer.Inference));
            Assert.Equal(
                JsonFile.Line(row.Recipe(StudyPreset.Nano.Recipe) with { Iterations = 2240 }),
                JsonFile.Line(longer.Recipe(StudyPreset.Nano.Recipe))
            );
            Assert.Equal(
                JsonFile.Line(row.Network(StudyPreset.Nano.Network(5))),
                JsonFile.Line(longer.Network(StudyPreset.Nano.Network(5)))
            );
        }
        Assert.Equal("steps-2240", LongerStudy.Study.Rows[^1].Name);
    }

    [Fact]
    public void A_shelf_has_a_table_for_each_length_and_each_compares_with_the_full_network_of_as_many_steps()
    {
        var fusion = Catalogue.Find("fusion");
        var tables = Shelf(
                MadeUpResults.Of(fusion, Catalogue.Row("add"), 1, 0.4),
                MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.5),
                MadeUpResults.Of(LongerStudy.Study, Catalogue.Row("add-2240"), 1, 0.8),
                MadeUpResults.Of(LongerStudy.Study, Catalogue.Row("steps-2240"), 1, 0.6)
            )
            .Tables(fusion);
        Assert.Equal(["Test", "Test, 2,240 steps"], tables.Select(t => t.DataSet));
        Assert.All(tables, t => Assert.Equal(["concat", "add", "cross-attention", "full"], t.Rows.Select(r => r.Row.Name)));
        Assert.Equal([-0.1, 0.2], tables.Select(t => Math.Round(t.Rows[1].Difference!.Mean, 9)));
    }

    [Fact]
    public void Where_nothing_is_trained_longer_there_is_one_table()
    {
        var fusion = Catalogue.Find("fusion");
        Assert.Single(Shelf(MadeUpResults.Of(fusion, Catalogue.Row("add"), 1, 0.4)).Tables(fusion));
        // The full network alone compares with nothing.
        Assert.Empty(Shelf(MadeUpResults.Of(fusion, StudyRow.Full, 1, 0.4)).Tables(fusion));
    }

    private static StudyShelf Shelf(params IReadOnlyList<StudyResult> results) => new(StudyPreset.Nano, "Test", 3, new(results));
}
