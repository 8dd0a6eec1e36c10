using F2Net.Data.Rasters;

namespace F2Net.Tests.Data.Rasters;

public class GeoreferenceTests
{
    [Fact]
    public void A_place_is_told_in_a_few_words()
    {
        Assert.Equal(
            "corner at (122.94, 71.25), pixels of 0.015 x -0.015",
            new GeoTransform(122.94000000000001, 0.015, 0, 71.25, 0, -0.015).ToString()
        );
        Assert.Equal("corner at (10, 50), pixels of 0 x 0, turned by (0.1, -0.1)", new GeoTransform(10, 0, 0.1, 50, -0.1, 0).ToString());
    }
}
