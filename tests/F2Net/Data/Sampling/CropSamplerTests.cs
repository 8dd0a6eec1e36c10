using System.Diagnostics.CodeAnalysis;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Data.Sampling;
using static TorchSharp.torch;

namespace F2Net.Tests.Data.Sampling;

public sealed class CropSamplerTests : IDisposable
{
    private static readonly CropOptions Options = new() { CropSize = 40, BatchSize = 3 };
    private static readonly CropOptions WithContext = Options with { ContextSizes = [60, 90], ContextBudget = 50 };

    private readonly TempFolder folder = new();
    private readonly Split split;

    public CropSamplerTests()
    {
        TestDataSet.Write(folder, "train", pictures: 3, 131, 97);
        split = TestDataSet.Open(folder);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_and_iteration_draw_the_same_batch_and_others_do_not()
    {
        using var one = new CropSampler(split, WithContext, seed: 7).Draw(5);
        using var same = new CropSampler(TestDataSet.Open(folder), WithContext, seed: 7).Draw(5);
        using var otherSeed = new CropSampler(split, WithContext, seed: 8).Draw(5);
        using var otherIteration = new CropSampler(split, WithContext, seed: 7).Draw(6);
        Assert.True(one.Image.Same(same.Image) && one.Mask.Same(same.Mask) && one.Context!.Image.Same(same.Context!.Image));
        Assert.Equal(one.Context!.Windows, same.Context!.Windows);
        Assert.False(one.Image.Same(otherSeed.Image));
        Assert.False(one.Image.Same(otherIteration.Image));
    }

    [Fact]
    public void Drawing_ahead_on_another_thread_changes_nothing()
    {
        var sampler = new CropSampler(split, WithContext, seed: 1);
        using var ahead = new PrefetchedBatches(sampler, iteration: 3);
        for (var iteration = 3; iteration < 8; iteration++)
        {
            using var drawn = sampler.Draw(iteration);
            using var next = ahead.Next();
            Assert.True(drawn.Image.Same(next.Image) && drawn.Mask.Same(next.Mask) && drawn.Context!.Image.Same(next.Context!.Image));
        }
    }

    [Fact]
    public void Image_and_mask_are_cut_and_turned_alike()
    {
        var sampler = new CropSampler(split, Options with { Jitter = 0 }, seed: 2);
        for (var iteration = 0; iteration < 10; iteration++)
        {
            using var batch = sampler.Draw(iteration);
            Assert.Equal([3, 3, 40, 40], batch.Image.shape);
            Assert.Equal([3, 40, 40], batch.Mask.shape);
            Assert.Null(batch.Context);
            for (var i = 0; i < 3; i++)
            {
                var crop = batch.Crops[i];
                using var image = ImageTensor.From(crop.Sample.Image.Cut(crop.Window, crop.Orientation));
                Assert.True(batch.Image[i].Same(image[0]));
                var mask = crop.Sample.Mask.Cut(crop.Window, crop.Orientation);
                Assert.Equal(mask.Ids.Select(id => (long)id), batch.Mask[i].reshape(-1).data<long>().ToArray());
            }
        }
    }

    [Fact]
    public void The_context_holds_the_crop_where_its_window_says()
    {
        // With a budget as large as the context nothing is reduced, so the crop must be found in it pixel by pixel.
        var sampler = new CropSampler(split, WithContext with { ContextSizes = [80], ContextBudget = 80 }, seed: 3);
        for (var iteration = 0; iteration < 10; iteration++)
        {
            using var batch = sampler.Draw(iteration);
            Assert.Equal([3, 3, 80, 80], batch.Context!.Image.shape);
            for (var i = 0; i < 3; i++)
            {
                var part = batch.Context.Windows[i];
                Assert.Equal((0.5, 0.5), (part.Height, part.Width));
                var (top, left) = ((long)Math.Round(part.Top * 80), (long)Math.Round(part.Left * 80));
                Assert.True(batch.Context.Image[i].narrow(1, top, 40).narrow(2, left, 40).Same(batch.Image[i]));
            }
        }
    }

    [Fact]
    public void Contexts_lie_in_the_picture_and_have_one_size()
    {
        var sampler = new CropSampler(split, WithContext with { ContextSizes = [30, 60, 5000], ContextBudget = 64 }, seed: 3);
        for (var iteration = 0; iteration < 30; iteration++)
        {
            using var batch = sampler.Draw(iteration);
            foreach (var crop in batch.Crops)
            {
                var context = crop.Context!.Value;
                Assert.InRange(context.X, 0, 131 - context.Width);
                Assert.InRange(context.Y, 0, 97 - context.Height);
                Assert.InRange(crop.Window.X, context.X, context.X + context.Width - crop.Window.Width);
                Assert.InRange(crop.Window.Y, context.Y, context.Y + context.Height - crop.Window.Height);
                Assert.Contains(context.Width, new[] { 40, 60, 97 });
            }
            var least = Math.Min(64, batch.Crops.Min(c => c.Context!.Value.Width));
            Assert.Equal([3, 3, least, least], batch.Context!.Image.shape);
        }
    }

    [Theory]
    [InlineData(1, 0.95, 1)]
    [InlineData(0.5, 0.45, 0.9)]
    [InlineData(0, 0, 0.7)]
    public void The_asked_share_of_crops_shows_a_rare_class(double nearRare, double atLeast, double atMost)
    {
        var sampler = new CropSampler(split, Options with { NearRare = nearRare, BatchSize = 8 }, seed: 4);
        var shown = 0;
        for (var iteration = 0; iteration < 25; iteration++)
        {
            using var batch = sampler.Draw(iteration);
            shown += batch.Crops.Count(c => c.Sample.Mask.Cut(c.Window).Ids.Contains((byte)2));
        }
        Assert.InRange(shown / 200.0, atLeast, atMost);
    }

    [Fact]
    public void Every_so_often_a_batch_is_one_large_crop()
    {
        var sampler = new CropSampler(split, Options with { LargeCropEvery = 3, LargeCropSize = 90 }, seed: 5);
        for (var iteration = 0; iteration < 6; iteration++)
        {
            using var batch = sampler.Draw(iteration);
            Assert.Equal(iteration % 3 == 2 ? [1, 3, 90, 90] : [3, 3, 40, 40], batch.Image.shape);
        }
    }

    [Fact]
    public void A_batch_outlives_the_scope_it_is_drawn_in_and_frees_all_its_tensors()
    {
        var sampler = new CropSampler(split, WithContext, seed: 6);
        var before = LiveTensors.Count();
        Batch batch;
        using (NewDisposeScope())
            batch = sampler.Draw(0);
        Assert.Equal(before + 3, Tensor.TotalCount);
        Assert.Equal(3, batch.Image.shape[0]);
        batch.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Every_crop_has_a_labelled_pixel_where_most_of_the_masks_have_none()
    {
        for (var i = 0; i < 3; i++)
        {
            var mask = new Mask(131, 97, [.. Enumerable.Repeat((byte)255, 131 * 97)]);
            for (var y = 0; y < 20; y++)
                mask.Ids.AsSpan(y * 131, 20).Fill((byte)(y % 2));
            RasterWriter.WriteMask(folder.File($"ann_dir/train/{i}.png"), mask, []);
        }
        var sampler = new CropSampler(TestDataSet.Open(folder), Options with { BatchSize = 1 }, seed: 1);
        foreach (var iteration in Enumerable.Range(0, 30))
        {
            using var batch = sampler.Draw(iteration);
            Assert.True((batch.Mask != 255).any().item<bool>());
        }
    }

    [Fact]
    public void Refuses_masks_without_a_labelled_pixel()
    {
        foreach (var file in Directory.GetFiles(folder.File("ann_dir/train")))
        {
            using var size = new Raster(file);
            var ids = Enumerable.Repeat((byte)255, size.Width * size.Height);
            RasterWriter.WriteMask(file, new Mask(size.Width, size.Height, [.. ids]), []);
        }
        Assert.Equal(
            "The masks of train label no pixel; label some, or check the ignore index in dataset.json.",
            Assert.Throws<UserException>(() => new CropSampler(TestDataSet.Open(folder), Options, seed: 1)).Message
        );
    }

    [Fact]
    public void Options_are_json() =>
        Assert.Equal(
            90,
            System.Text.Json.JsonSerializer.Deserialize<CropOptions>("""{ "contextSizes": [90] }""", JsonFile.Options)!.ContextSizes[0]
        );

    [Theory]
    [InlineData(98, 0, 98)]
    [InlineData(40, 9, 100)]
    [SuppressMessage("Performance", "CA1806", Justification = "The constructor is what throws.")]
    public void Refuses_a_crop_larger_than_a_picture(int crop, int largeEvery, int named) =>
        Assert.Equal(
            $"{split.Samples[0].ImagePath} is 131 x 97 pixels, smaller than a crop of {named}; choose a smaller crop size.",
            Assert
                .Throws<UserException>(() =>
                    new CropSampler(split, Options with { CropSize = crop, LargeCropEvery = largeEvery, LargeCropSize = 100 }, 0)
                )
                .Message
        );
}
