using F2Net.Studies;
using F2Net.Studies.Costs;

namespace F2Net.Tests.Studies.Costs;

public class StudyOperationsTests
{
    [Fact]
    public void Only_the_fusions_differ_between_rows_of_fusions()
    {
        var counted = Catalogue.Find("fusion").Rows.ToDictionary(r => r.Name, r => StudyOperations.Of(StudyPreset.Nano, r, 512));
        var rests = counted.Values.Select(c => Math.Round(c.Network.Total - c.Fusions.Total)).Distinct();
        Assert.Single(rests);
        Assert.All(counted.Values, c => Assert.InRange(c.Fusions.Total, 1, c.Network.Total));
        Assert.True(counted["cross-attention"].Fusions.Total > counted["full"].Fusions.Total);
    }

    [Fact]
    public void A_network_of_one_branch_fuses_nothing() =>
        Assert.Equal(0, StudyOperations.Of(StudyPreset.Nano, Catalogue.Row("high-only"), 512).Fusions.Total);
}
