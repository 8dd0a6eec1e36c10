using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Costs;
using F2Net.Studies.Running;

namespace F2Net.Tests.Studies;

public class CatalogueTests
{
    [Fact]
    public void A_row_s_name_means_one_variant()
    {
        foreach (var rows in Catalogue.Studies.SelectMany(s => s.Rows).GroupBy(r => r.Name))
        foreach (var preset in (StudyPreset[])[StudyPreset.Nano, StudyPreset.Paper])
            Assert.Single(
                rows.Select(r => JsonFile.Line(r.Network(preset.Network(5))) + JsonFile.Line(r.Recipe(preset.Recipe)) + r.Inference.Name)
                    .Distinct()
            );
    }

    [Fact]
    public void A_study_has_no_row_twice() => Assert.All(Catalogue.Studies, s => Assert.Distinct(s.Rows.Select(r => r.Name)));

    [Fact]
    public void Every_row_is_a_network_that_can_be_built_in_both_presets()
    {
        foreach (var row in Catalogue.Rows)
        foreach (var preset in (StudyPreset[])[StudyPreset.Nano, StudyPreset.Paper])
            row.Network(preset.Network(5)).Validate();
    }

    [Fact]
    public void Every_row_s_context_fits_its_network_s_budget()
    {
        foreach (var row in Catalogue.Rows)
        {
            var network = row.Network(StudyPreset.Nano.Network(5));
            if (network.Has(Branch.Long))
                Assert.Equal(network.LongRangeTokens * network.LongPatch, row.Recipe(StudyPreset.Nano.Recipe).Sampling.ContextBudget);
        }
    }

    [Fact]
    public void The_paper_s_loss_rows_are_its_gains_over_cross_entropy()
    {
        double Of(string row) => Catalogue.Find("losses").Rows.Single(r => r.Name == row).Paper!.MeanIoU!.Value;
        Assert.Equal([1.45, 1.85, 2.87], new[] { "ce-cfbl", "ce-cfal", "full" }.Select(r => Math.Round(Of(r) - Of("ce"), 6)));
    }

    [Fact]
    public void Refuses_an_unknown_study_by_naming_the_known() =>
        Assert.Equal(
            "There is no study tables; the studies are main, branches, decomposition, fusion, losses, resolution, beyond, settling, longer.",
            Assert.Throws<UserException>(() => Catalogue.Find("tables")).Message
        );

    [Fact]
    public void Refuses_an_unknown_row_by_naming_the_known() =>
        Assert.Equal(
            "Study fusion has no row sum; its rows are concat, add, cross-attention, full.",
            Assert.Throws<UserException>(() => Catalogue.Find("fusion").Select(["add", "sum"])).Message
        );

    [Fact]
    public void Rows_are_taken_in_the_study_s_order() =>
        Assert.Equal(["add", "full"], Catalogue.Find("fusion").Select(["full", "add"]).Select(r => r.Name));

    [Fact]
    public void Refuses_an_unknown_preset() =>
        Assert.Equal(
            "There is no preset micro; say nano or paper.",
            Assert.Throws<UserException>(() => StudyPreset.Of("micro", new("Test", []))).Message
        );

    [Fact]
    public void Rows_that_count_nano_s_steps_refuse_the_paper_s_preset()
    {
        var longer = Catalogue.Find("longer");
        Assert.Equal(
            "Study longer is for the preset nano, whose steps its rows count; leave paper out.",
            Assert.Throws<UserException>(() => StudyRun.Plan(longer, longer.Rows, [1], StudyPreset.Paper, 7)).Message
        );
    }

    [Theory]
    [InlineData("DeepGlobe Land Cover", 80_000)]
    [InlineData("Inria Aerial Image Labeling", 40_000)]
    public void The_paper_s_preset_has_the_paper_s_schedule(string dataSet, int steps)
    {
        var recipe = StudyPreset.Of("paper", new(dataSet, [])).Recipe;
        Assert.Equal((steps, 8), (recipe.Iterations, recipe.Accumulation * recipe.Sampling.BatchSize));
    }

    [Fact]
    public void Rows_with_one_network_are_measured_once() =>
        Assert.Equal(["full"], StudyEfficiency.Rows(StudyPreset.Paper, Catalogue.Find("losses").Rows).Select(r => r.Name));
}
