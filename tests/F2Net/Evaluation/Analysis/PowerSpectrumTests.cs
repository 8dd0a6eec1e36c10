using F2Net.Evaluation.Analysis;
using static TorchSharp.torch;

namespace F2Net.Tests.Evaluation.Analysis;

public class PowerSpectrumTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(11)]
    public void A_wave_has_its_power_at_its_frequency(int cyclesPerSide)
    {
        using var scope = NewDisposeScope();
        var phase = arange(64, dtype: ScalarType.Float64) * (2 * Math.PI * cyclesPerSide / 64);
        var wave = phase.sin().unsqueeze(0).expand(64, 64);

        var bands = PowerSpectrum.Radial(wave);

        Assert.Equal(32, bands.Count);
        Assert.Equal(cyclesPerSide / 64.0, bands.MaxBy(b => b.Power)!.Frequency);
    }

    [Fact]
    public void Noise_has_the_same_power_everywhere()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var bands = PowerSpectrum.Radial(randn(4, 128, 128));
        // The Hann window keeps (3/8)² of the variance.
        Assert.All(bands.Skip(20), b => Assert.InRange(b.Power, 0.7 * 9 / 64, 1.3 * 9 / 64));
    }

    [Theory]
    [InlineData(100, 70, 32)]
    [InlineData(64, 64, 32)]
    [InlineData(63, 200, 16)]
    public void Takes_the_largest_square_whose_side_is_a_power_of_two(long height, long width, int bands) =>
        Assert.Equal(bands, PowerSpectrum.Radial(zeros(height, width)).Count);
}
