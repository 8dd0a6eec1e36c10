using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using F2Net.Data.Synthetic;
using F2Net.Evaluation.Baselines;

namespace F2Net.Tests.Data.Synthetic;

public sealed class SceneGeneratorTests : IDisposable
{
    private static readonly SceneOptions small = new() { Size = 512 };
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_and_number_are_the_same_scene_whatever_else_is_drawn()
    {
        var generator = new SceneGenerator(small);
        var alone = Enumerable.Range(0, 4).Select(generator.Draw).ToList();
        var together = Enumerable
            .Range(0, 4)
            .Reverse()
            .AsParallel()
            .Select(n => (Number: n, Scene: new SceneGenerator(small).Draw(n)))
            .ToList();

        Assert.All(
            together,
            t =>
            {
                Assert.Equal(alone[t.Number].Picture.Pixels, t.Scene.Picture.Pixels);
                Assert.Equal(alone[t.Number].Mask.Ids, t.Scene.Mask.Ids);
            }
        );
        Assert.NotEqual(alone[0].Mask.Ids, alone[1].Mask.Ids);
        Assert.NotEqual(alone[0].Mask.Ids, new SceneGenerator(small with { Seed = 2 }).Draw(0).Mask.Ids);
    }

    [Fact]
    public void The_mask_holds_each_class_exactly_inside_its_outlines()
    {
        var scene = new SceneGenerator(small).Draw(0);
        for (var i = 0; i < scene.Mask.Ids.Length; i++)
        {
            var (x, y) = (i % small.Size, i / small.Size);
            var inside = scene.Objects.Where(o => o.Outline.DepthAt(x, y) > 0).Select(o => o.Class).ToList();
            Assert.InRange(inside.Count, 0, 1);
            Assert.Equal(inside.FirstOrDefault(), scene.Mask.Ids[i]);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(13)]
    public void Every_class_has_about_as_many_pixels(int classes)
    {
        var generator = new SceneGenerator(new SceneOptions().WithClasses(classes));
        Assert.Equal(classes, generator.Info.Classes.Count);
        var counts = new long[classes];
        for (var number = 0; number < 8; number++)
            foreach (var id in generator.Draw(number).Mask.Ids)
                counts[id]++;
        Assert.InRange(counts[0], 0.65 * counts.Sum(), 0.8 * counts.Sum());
        Assert.InRange(counts[1..].Min(), 0.4 * counts[1..].Max(), counts[1..].Max());
    }

    [Fact]
    public void A_pixels_colour_does_not_tell_its_class()
    {
        var preparer = new SyntheticPreparer(small, new SplitShares(6, 1, 3));
        new DataSetPreparation(preparer, folder.File("set")).Run(_ => { }, CancellationToken.None);
        var data = PreparedDataSet.Open(folder.File("set"));
        var baseline = new ColourHistogramClassifier(data.Split("train"), priorPower: -1);
        var (right, all) = (new double[7], new double[7]);
        foreach (var sample in data.Split("test").Samples)
        foreach (var (called, id) in baseline.Predict(sample.Image).Ids.Zip(sample.Mask.Ids))
        {
            all[id]++;
            right[id] += called == id ? 1 : 0;
        }
        var recalls = right.Zip(all, (r, a) => r / a).ToList();
        // Every class called at random: a seventh. Beacons give the background away at some pixels.
        Assert.InRange(recalls.Average(), 0.10, 0.20);
        Assert.InRange(recalls.Skip(1).Average(), 0.10, 0.20);
    }

    [Fact]
    public void A_blur_takes_away_what_tells_lines()
    {
        var (with, without) = (Draw(small), Draw(small with { LineStrength = 0 }));
        var difference = Difference(with, without);
        Assert.All(Changed(difference), i => Assert.InRange(with.Mask.Ids[i], 1, 2));
        Assert.Equal(with.Mask.Ids, without.Mask.Ids);
        // A mean over 9 x 9 pixels, three lines wide, where detail of middle size still stands.
        Assert.InRange(Energy(Blurred(difference, small.Size, 4)) / Energy(difference), 0, 0.03);
    }

    [Fact]
    public void Texture_changes_neither_values_nor_the_finest_detail()
    {
        var (with, without) = (Draw(small), Draw(small with { TextureStrength = 0 }));
        var difference = Difference(with, without);
        Assert.All(Changed(difference), i => Assert.InRange(with.Mask.Ids[i], 3, 4));
        var finest = difference.Zip(Blurred(difference, small.Size, 1), (d, b) => d - b).ToArray();
        Assert.InRange(Energy(finest) / Energy(difference), 0, 0.03);
        foreach (var thing in with.Objects.Where(o => o.Class is 3 or 4))
        {
            var (mean, deviation) = Moments(with, thing.Outline);
            var (meanWithout, deviationWithout) = Moments(without, thing.Outline);
            Assert.InRange(mean - meanWithout, -0.5, 0.5);
            Assert.InRange(deviation / deviationWithout, 0.95, 1.05);
        }
    }

    [Fact]
    public void Only_beacons_far_away_tell_a_region()
    {
        var (with, without) = (Draw(small), Draw(small with { RegionStrength = 0 }));
        Assert.All(
            Changed(Difference(with, without)),
            i => Assert.Contains(with.Beacons, b => b.DistanceTo(i % small.Size, i / small.Size) < 0)
        );
        for (var i = 0; i < with.Mask.Ids.Length; i++)
            if (with.Mask.Ids[i] >= 5)
                Assert.All(
                    with.Beacons,
                    b => Assert.InRange(b.DistanceTo(i % small.Size, i / small.Size), small.BeaconDistance, small.Size * 2)
                );
        Assert.All(with.Objects.Where(o => o.Class >= 5), o => Assert.All(with.Beacons, b => Assert.Equal(o.Class - 5, b.Kind)));
    }

    [Fact]
    public void The_values_in_a_window_do_not_tell_a_region()
    {
        var generator = new SceneGenerator(small);
        var objects = Enumerable
            .Range(0, 24)
            .SelectMany(n => Histograms(generator.Draw(n), size: 96).Select(o => (o.Class, o.Histogram, IsTrain: n % 4 < 2)))
            .ToList();
        var means = objects
            .Where(o => o.IsTrain)
            .GroupBy(o => o.Class)
            .ToDictionary(g => g.Key, g => Enumerable.Range(0, 32).Select(b => g.Average(o => o.Histogram[b])).ToArray());
        var tests = objects.Where(o => !o.IsTrain).ToList();
        var right = tests.Count(o => means.MinBy(m => m.Value.Zip(o.Histogram, (a, b) => (a - b) * (a - b)).Sum()).Key == o.Class);
        Assert.True(tests.Count >= 40);
        Assert.InRange((double)right / tests.Count, 0.3, 0.7);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(14)]
    public void Refuses_a_number_of_classes_that_no_cues_make(int classes) =>
        Assert.Equal(
            $"Synthetic scenes have 5 to 13 classes, background included, not {classes}; give --classes a number among these.",
            Assert.Throws<UserException>(() => small.WithClasses(classes)).Message
        );

    [Fact]
    public void Refuses_values_outside_their_bounds()
    {
        Assert.Equal("A synthetic scene's size (256) must be 512 to 16384 pixels; give another value.", Refused(new() { Size = 256 }));
        Assert.Equal("A synthetic scene's regions (1) must be 2 to 4; give another value.", Refused(new() { Regions = 1 }));
        Assert.Equal(
            "A synthetic scene's lineStrength (1.5) must lie in [0, 1]; give another value.",
            Refused(new() { LineStrength = 1.5 })
        );
    }

    private static string Refused(SceneOptions options) => Assert.Throws<UserException>(() => new SceneGenerator(options)).Message;

    private static Scene Draw(SceneOptions options) => new SceneGenerator(options).Draw(3);

    private static double[] Difference(Scene a, Scene b) => [.. a.Picture.Pixels.Zip(b.Picture.Pixels, (p, q) => (double)p - q)];

    /// <summary>Pixels where any channel differs.</summary>
    private static List<int> Changed(double[] difference)
    {
        var pixels = difference.Length / 3;
        var changed = Enumerable
            .Range(0, pixels)
            .Where(i => difference[i] != 0 || difference[pixels + i] != 0 || difference[2 * pixels + i] != 0)
            .ToList();
        Assert.NotEmpty(changed);
        return changed;
    }

    private static double Energy(double[] values) => values.Sum(v => v * v);

    /// <summary>The mean over 2 radius + 1 pixels down and across, planes one below the other.</summary>
    private static double[] Blurred(double[] values, int width, int radius)
    {
        var (across, both) = (new double[values.Length], new double[values.Length]);
        for (var i = 0; i < values.Length; i++)
        for (var d = -radius; d <= radius; d++)
            across[i] += values[Math.Clamp(i + d, 0, values.Length - 1)] / (2 * radius + 1);
        for (var i = 0; i < values.Length; i++)
        for (var d = -radius; d <= radius; d++)
            both[i] += across[Math.Clamp(i + d * width, 0, values.Length - 1)] / (2 * radius + 1);
        return both;
    }

    private static (double Mean, double Deviation) Moments(Scene scene, Outline outline)
    {
        var green = scene.Picture.Plane(1).ToArray();
        var values = green.Where((_, i) => outline.DepthAt(i % scene.Mask.Width, i / scene.Mask.Width) > 0).Select(v => (double)v).ToList();
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }

    private static IEnumerable<(int Class, double[] Histogram)> Histograms(Scene scene, int size)
    {
        foreach (var thing in scene.Objects.Where(o => o.Class >= 5))
        {
            var window = new PixelWindow(
                Math.Clamp((int)thing.Outline.X - size / 2, 0, scene.Mask.Width - size),
                Math.Clamp((int)thing.Outline.Y - size / 2, 0, scene.Mask.Height - size),
                size,
                size
            );
            var histogram = new double[32];
            foreach (var value in scene.Picture.Cut(window).Plane(1))
                histogram[value / 8]++;
            yield return (thing.Class, histogram);
        }
    }
}
