using F2Net.Data.Pictures;
using F2Net.Evaluation;

namespace F2Net.Tests.Evaluation;

public class BoundaryErrorsTests
{
    // Two columns of class 0, four of class 1: distances 2 1 1 2 3 4 in every row.
    private static readonly Mask Truth = Columns(0, 0, 1, 1, 1, 1);

    [Fact]
    public void Sorts_errors_by_the_distance_to_the_boundary()
    {
        var bands = BoundaryErrors.Of(Truth, Columns(0, 1, 1, 1, 0, 0), ignoreIndex: 255, limits: [1, 2]);
        Assert.Equal(
            [(1, 1.0, 10L, 5L), (2, 2.0, 10L, 0L), (3, double.PositiveInfinity, 10L, 10L)],
            bands.Select(b => (b.From, b.To, b.Pixels, b.Wrong))
        );
        Assert.Equal([0.5, 0, 1], bands.Select(b => b.ErrorRate));
    }

    [Fact]
    public void Counts_no_ignored_pixel()
    {
        var bands = BoundaryErrors.Of(Truth, Columns(1, 1, 1, 1, 1, 1), ignoreIndex: 0, limits: [1]);
        Assert.Equal(20, bands.Sum(b => b.Pixels));
        Assert.Equal(0, bands.Sum(b => b.Wrong));
        Assert.Equal(0, bands[0].Pixels); // where the only other class is ignored there is no boundary
    }

    [Fact]
    public void Measures_diagonally_too()
    {
        var ids = new byte[25];
        ids[12] = 1; // the middle of 5 x 5
        var bands = BoundaryErrors.Of(new Mask(5, 5, ids), new Mask(5, 5, new byte[25]), 255, [1]);
        Assert.Equal((9L, 16L), (bands[0].Pixels, bands[1].Pixels));
    }

    private static Mask Columns(params byte[] row) => new(row.Length, 5, [.. Enumerable.Repeat(row, 5).SelectMany(r => r)]);
}
