using F2Net.Data.Pictures;
using F2Net.Evaluation.Drawing;
using F2Net.Tests.Data;

namespace F2Net.Tests.Evaluation.Drawing;

public sealed class DataSetOverviewTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shows_pictures_of_every_split_beside_their_masks()
    {
        TestDataSet.Write(folder, "train", pictures: 6, width: 90, height: 70);
        TestDataSet.Write(folder, "test", pictures: 1, width: 640, height: 480);
        var sheet = DataSetOverview.Of(
            folder.Path,
            "Test",
            new Dictionary<string, double>
            {
                ["sea"] = 0.5,
                ["land"] = 0.4998,
                ["lake"] = 0.0002,
            },
            0.01
        );

        // Four of train in two rows; the one of test, reduced to 300 pixels, in the third.
        Assert.InRange(sheet.Height, 2 * 70 + 225, 2 * 70 + 225 + 7 * 16);
        var sea = Rgb.Parse("#143CA0");
        Assert.Contains(
            Enumerable.Range(0, sheet.Width * sheet.Height),
            i => (sheet.Plane(0)[i], sheet.Plane(1)[i], sheet.Plane(2)[i]) == (sea.R, sea.G, sea.B)
        );
    }
}
