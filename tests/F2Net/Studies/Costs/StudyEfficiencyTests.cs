using F2Net.Model;
using F2Net.Studies;
using F2Net.Studies.Costs;
using static TorchSharp.torch;

namespace F2Net.Tests.Studies.Costs;

public class StudyEfficiencyTests
{
    private static readonly StudyRow whole = new("whole", "whole") { Network = n => n with { Branches = [Branch.High, Branch.Short] } };

    private static readonly StudyRow patches = whole with { Name = "patches", Inference = new Patches(40) };

    [Fact]
    public void Patches_cost_as_many_operations_as_all_of_them()
    {
        var one = Assert.Single(Measured(whole, 40).Sizes);
        var four = Assert.Single(Measured(patches, 64).Sizes);
        Assert.Equal(4 * one.Operations!.Total, four.Operations!.Total, 1.0);
        Assert.Equal((64, 64), (four.Height, four.Width));
    }

    [Fact]
    public void One_network_that_is_applied_in_two_ways_is_measured_twice() =>
        Assert.Equal(2, StudyEfficiency.Rows(StudyPreset.Nano, [whole, patches]).Count);

    private static StudyEfficiency Measured(StudyRow row, int size) => StudyEfficiency.Measure(StudyPreset.Nano, row, [size], CPU, "abc");
}
