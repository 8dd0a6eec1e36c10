using F2Net.Studies;
using F2Net.Studies.Tables;

namespace F2Net.Tests.Studies.Tables;

public class MainStudyTests
{
    [Fact]
    public void The_full_network_in_patches_differs_from_itself_in_nothing_else()
    {
        StudyRow[] rows = [MainStudy.InPatchesAlone, MainStudy.InPatches, StudyRow.Full];
        Assert.Equal(["patches of 500, each alone", "patches of 500", "whole image"], rows.Select(r => r.Inference.Name));
        Assert.Equal(["whole image", "whole image", null], rows.Select(r => r.ComparedWith?.Name));
        Assert.Single(rows.Select(r => JsonFile.Line(r.Network(StudyPreset.Nano.Network(5)))).Distinct());
        Assert.Single(rows.Select(r => JsonFile.Line(r.Recipe(StudyPreset.Nano.Recipe))).Distinct());
        Assert.All(rows, r => Assert.Null(r.PaperDifference));
    }
}
