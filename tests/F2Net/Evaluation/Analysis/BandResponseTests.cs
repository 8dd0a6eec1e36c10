using F2Net.Data.Synthetic;
using F2Net.Evaluation.Analysis;
using F2Net.Model.Decompositions;

namespace F2Net.Tests.Evaluation.Analysis;

public class BandResponseTests
{
    [Fact]
    public void A_gaussian_answers_as_its_transform_says()
    {
        const double Sigma = 1.5;
        var bands = BandResponse.Of(new GaussianDecomposition(3, 4, Sigma), new FrequencySweep(1024, 48), bands: 96);
        Assert.Equal(96, bands.Count);
        Assert.All(
            bands.Where(b => b.Frequency is > 0.02 and < 0.4),
            b =>
            {
                var gain = Math.Exp(-2 * Math.Pow(Math.PI * Sigma * b.Frequency, 2));
                Assert.Equal(gain * gain / (gain * gain + (1 - gain) * (1 - gain)), b.LowShare, 0.03);
            }
        );
    }

    [Fact]
    public void Parts_that_are_both_the_whole_share_evenly() =>
        Assert.All(
            BandResponse.Of(new UndividedFrequencies(3, 4), new FrequencySweep(300, 40), bands: 7),
            b => Assert.Equal(0.5, b.LowShare, 6)
        );

    [Fact]
    public void Refuses_more_bands_than_columns()
    {
        var sweep = new FrequencySweep(64, 32);
        Assert.Throws<ArgumentOutOfRangeException>(() => BandResponse.Of(new GaussianDecomposition(3, 4), sweep, bands: 49));
        Assert.Throws<ArgumentOutOfRangeException>(() => BandResponse.Of(new GaussianDecomposition(3, 4), sweep, bands: 0));
    }
}
