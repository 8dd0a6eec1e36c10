using F2Net.Data.Synthetic;

namespace F2Net.Tests.Data.Synthetic;

public sealed class FrequencySweepTests
{
    [Theory]
    [InlineData(1024, 64)]
    [InlineData(701, 33)]
    public void Rises_by_one_factor_a_column_to_half_a_cycle_per_pixel(int width, int height)
    {
        var sweep = new FrequencySweep(width, height, slowest: 1 / 64.0);
        Assert.Equal((1 / 64.0, 0.5), (sweep.Frequencies[0], Math.Round(sweep.Frequencies[^1], 12)));
        var factor = sweep.Frequencies[1] / sweep.Frequencies[0];
        Assert.All(sweep.Frequencies.Zip(sweep.Frequencies.Skip(1)), f => Assert.Equal(factor, f.Second / f.First, 9));
        Assert.Equal((height, width), (sweep.FrequencyMap().GetLength(0), sweep.FrequencyMap().GetLength(1)));
        Assert.Equal(sweep.Frequencies[5], sweep.FrequencyMap()[height - 1, 5]);
    }

    [Fact]
    public void Crosses_its_middle_twice_a_cycle()
    {
        var sweep = new FrequencySweep(1024, 32);
        var row = sweep.Draw().Plane(0)[(31 * 1024)..].ToArray();
        foreach (var (first, end) in ((int, int)[])[(300, 500), (500, 700), (700, 900)])
        {
            var crossings = Enumerable.Range(first, end - first).Count(x => row[x] > 127 != row[x + 1] > 127);
            var cycles = Enumerable.Range(first, end - first).Sum(x => sweep.Frequencies[x]);
            Assert.InRange(crossings - 2 * cycles, -1.5, 1.5);
        }
    }

    [Fact]
    public void Contrast_rises_from_row_to_row_and_two_quarters_are_the_negative()
    {
        var sweep = new FrequencySweep(256, 48);
        Assert.Equal(sweep.Contrasts.Order(), sweep.Contrasts);
        Assert.Equal(1, sweep.Contrasts[^1]);
        Assert.All(sweep.Draw().Pixels.Zip(sweep.Draw(2).Pixels), p => Assert.InRange(p.First + p.Second, 255, 256));
    }

    [Fact]
    public void Refuses_a_start_at_nyquist_and_too_few_columns()
    {
        Assert.StartsWith(
            "The slowest frequency must lie between 0 and ½.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new FrequencySweep(slowest: 0.5)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrequencySweep(width: 31));
    }
}
