using F2Net.Studies;
using F2Net.Studies.Tables;

namespace F2Net.Tests.Studies.Tables;

public class MainStudyTests
{
    [Fact]
    public void The_full_network_in_patches_differs_from_itself_in_nothing_else()
    {
        var (patches, whole) = (MainStudy.InPatches, StudyRow.Full);
        Assert.Equal(("patches of 500", "whole image"), (patches.Inference.Name, whole.Inference.Name));
        Assert.Equal(
            JsonFile.Line(patches.Network(StudyPreset.Nano.Network(5))),
            JsonFile.Line(whole.Network(StudyPreset.Nano.Network(5)))
        );
        Assert.Equal(JsonFile.Line(patches.Recipe(StudyPreset.Nano.Recipe)), JsonFile.Line(whole.Recipe(StudyPreset.Nano.Recipe)));
        Assert.Null(patches.PaperDifference);
    }
}
