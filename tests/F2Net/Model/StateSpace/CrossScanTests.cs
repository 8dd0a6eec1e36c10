using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.StateSpace;

public class CrossScanTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(8, 2)]
    public void Merging_what_was_scanned_gives_four_times_the_map(long height, long width)
    {
        using var scope = NewDisposeScope();
        var map = randn(2, 3, height, width);
        var merged = CrossScan.Merge(CrossScan.Scan(map), height, width);
        Assert.True((merged - 4 * map).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Reads_rows_and_columns_forwards_and_backwards()
    {
        using var scope = NewDisposeScope();
        var sequences = CrossScan.Scan(arange(6).to(ScalarType.Float32).view(1, 1, 2, 3)).squeeze(2).squeeze(0);
        Assert.Equal([0, 1, 2, 3, 4, 5], sequences[0].data<float>().ToArray());
        Assert.Equal([0, 3, 1, 4, 2, 5], sequences[1].data<float>().ToArray());
        Assert.Equal([5, 4, 3, 2, 1, 0], sequences[2].data<float>().ToArray());
        Assert.Equal([5, 2, 4, 1, 3, 0], sequences[3].data<float>().ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_directions_are_the_first_ones(int directions)
    {
        using var scope = NewDisposeScope();
        var map = randn(2, 3, 4, 5);
        var sequences = CrossScan.Scan(map, directions);
        Assert.Equal(0, (CrossScan.Scan(map).narrow(1, 0, directions) - sequences).abs().max().item<float>());
        Assert.True((CrossScan.Merge(sequences, 4, 5) - directions * map).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Transposing_the_map_exchanges_rows_and_columns()
    {
        using var scope = NewDisposeScope();
        var map = randn(1, 2, 3, 4);
        var (straight, transposed) = (CrossScan.Scan(map), CrossScan.Scan(map.transpose(2, 3)));
        Assert.Equal(0, (straight.narrow(1, 0, 1) - transposed.narrow(1, 1, 1)).abs().max().item<float>());
        Assert.Equal(0, (straight.narrow(1, 3, 1) - transposed.narrow(1, 2, 1)).abs().max().item<float>());
    }

    [Fact]
    public void The_scan_is_refused_a_width_that_heads_do_not_divide() =>
        Assert.Equal(
            "channels (24) must be a multiple of the head width (16). (Parameter 'channels')",
            Assert.Throws<ArgumentException>(() => new SelectiveScan2d(24)).Message
        );

    [Fact]
    public void The_scan_is_refused_three_directions() =>
        Assert.Equal(
            "Directions (3) must be 1, 2 or 4.",
            Assert.Throws<ArgumentException>(() => new SelectiveScan2d(16, new() { Directions = 3 })).Message
        );
}
