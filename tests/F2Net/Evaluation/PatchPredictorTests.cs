using System.Runtime.InteropServices;
using F2Net.Benchmarks;
using F2Net.Data.Pictures;
using F2Net.Evaluation;
using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using F2Net.Model.Strips;
using F2Net.Tests.Data;
using static TorchSharp.torch;

namespace F2Net.Tests.Evaluation;

public class PatchPredictorTests
{
    [Theory]
    [InlineData(100, 64, 32)]
    [InlineData(97, 131, 40)]
    [InlineData(33, 70, 64)]
    [InlineData(40, 32, 500)]
    public void Kept_windows_tile_the_picture_and_lie_in_patches_of_one_size(int width, int height, int side)
    {
        var seen = new int[width * height];
        foreach (var (read, kept) in PatchGrid.Of(width, height, side))
        {
            Assert.Equal((Math.Min(side, width), Math.Min(side, height)), (read.Width, read.Height));
            Assert.Equal((0, 0), (kept.X % side, kept.Y % side));
            Assert.InRange(read.X, 0, kept.X);
            Assert.InRange(read.Y, 0, kept.Y);
            Assert.InRange(read.X + read.Width, kept.X + kept.Width, width);
            Assert.InRange(read.Y + read.Height, kept.Y + kept.Height, height);
            for (var y = kept.Y; y < kept.Y + kept.Height; y++)
            for (var x = kept.X; x < kept.X + kept.Width; x++)
                seen[y * width + x]++;
        }
        Assert.All(seen, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(41, 75)]
    [InlineData(64, 64)]
    public void One_patch_over_all_is_the_whole_image(int width, int height)
    {
        using var model = Model(cnn);
        var picture = Noise.Picture(width, height);
        var (patches, whole) = (new PatchPredictor(model, 80).Predict(picture), new Predictor(model).Predict(picture));
        Assert.Equal((whole.Width, whole.Height), (patches.Width, patches.Height));
        Assert.Equal(whole.Ids, patches.Ids);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_pixel_has_the_class_that_its_patch_alone_gives_it(bool hasBudget)
    {
        using var model = Model(hasBudget ? local : cnn);
        var picture = Noise.Picture(100, 75);
        var mask = new PatchPredictor(model, 40, alone: hasBudget).Predict(picture);
        foreach (var (read, kept) in PatchGrid.Of(100, 75, 40))
        {
            var alone = new Predictor(model).Predict(picture.Cut(read));
            Assert.Equal(
                alone.Cut(kept with { X = kept.X - read.X, Y = kept.Y - read.Y }).Ids, //
                mask.Cut(kept).Ids
            );
        }
    }

    [Fact]
    public void On_a_picture_without_content_seams_lie_where_patches_meet_and_nowhere_in_the_whole()
    {
        using var model = Model(cnn);
        var picture = new Picture(120, 80, Enumerable.Repeat((byte)90, 3 * 120 * 80).ToArray());
        var offsets = Halving(model, picture.Cut(new(0, 0, 40, 40)));
        var mask = new PatchPredictor(model, 40, offsets).Predict(picture);
        Assert.Equal(2, mask.Ids.Distinct().Count()); // the classes depend on the place in the patch
        for (var y = 0; y < mask.Height; y++)
        for (var x = 0; x < mask.Width; x++)
            Assert.Equal(mask.Ids[y % 40 * 120 + x % 40], mask.Ids[y * 120 + x]);
        Assert.NotEqual(mask.Ids, new Predictor(model, offsets).Predict(picture).Ids);
    }

    [Fact]
    public void A_network_with_a_token_budget_sees_the_whole_picture_beside_each_patch()
    {
        using var scope = NewDisposeScope();
        using var model = Model(local);
        var picture = Noise.Picture(96, 64);
        var mask = new PatchPredictor(model, 32).Predict(picture);

        using var frozen = no_grad();
        var reduced = nn.functional.adaptive_avg_pool2d(ImageTensor.From(picture), [16, 32]);
        var patch = ImageTensor.From(picture.Cut(new(64, 32, 32, 32)));
        var context = new LongRangeContext(reduced, [new ContextWindow(32 / 64.0, 64 / 96.0, 32 / 64.0, 32 / 96.0)]);
        var wanted = model.Run(patch, context).Logits.argmax(1).to(ScalarType.Byte).bytes.ToArray();
        // A pixel on the fence may fall to the other side.
        Assert.InRange(wanted.Zip(mask.Cut(new(64, 32, 32, 32)).Ids).Count(p => p.First != p.Second), 0, 3);
    }

    [Fact]
    public void A_context_is_counted_once_and_all_else_for_each_patch()
    {
        using var model = Model(local);
        double Of(int height, int width, bool context) =>
            OperationCounter.Of(model, height, width).Where(p => p.Part == NetworkPart.Long == context).Sum(p => p.Operations.Total);
        Assert.Equal(6 * Of(32, 32, context: false) + Of(64, 96, context: true), new PatchPredictor(model, 32).Operations(64, 96).Total);
        var each = new PatchPredictor(model, 32, alone: true).Operations(64, 96);
        Assert.Equal(6 * OperationCounter.Whole(model, 32, 32).Total, each.Total);
        using var none = Model(cnn);
        Assert.Equal(6 * OperationCounter.Whole(none, 32, 32).Total, new PatchPredictor(none, 32).Operations(64, 96).Total);
    }

    [Fact]
    public void A_context_s_features_serve_for_the_context()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Model(local);
        var context = new LongRangeContext(randn(1, 3, 16, 32), [new ContextWindow(0.5, 0.25, 0.5, 0.25)]);
        var image = randn(1, 3, 40, 40);
        var wanted = model.Run(image, context).Logits;
        var got = model.Run(image, context with { Features = model.LongRangeFeatures(context.Image) }).Logits;
        Assert.True((wanted == got).all().item<bool>());
    }

    [Fact]
    public void Only_a_token_budget_makes_contexts()
    {
        using var scope = NewDisposeScope();
        using var model = Model(local with { LongRangeTokens = null });
        Assert.Equal(
            "Only a network with a long-range branch and a token budget sees contexts.",
            Assert.Throws<InvalidOperationException>(() => model.LongRangeFeatures(randn(1, 3, 16, 32))).Message
        );
    }

    [Fact]
    public void A_picture_is_read_from_top_to_bottom_a_row_of_patches_at_a_time()
    {
        using var model = Model(cnn);
        var picture = Noise.Picture(50, 100);
        var rows = new Recorded(picture);
        Assert.Equal(new PatchPredictor(model, 40).Predict(picture).Ids, new PatchPredictor(model, 40).Predict(rows).Ids);
        Assert.Equal([(0, 40), (40, 40), (60, 40)], rows.Reads);
    }

    [Fact]
    public void Progress_grows_to_one_and_who_cancels_gets_no_more_patches()
    {
        using var model = Model(cnn);
        using var cancelling = new CancellationTokenSource();
        var told = new List<double>();
        var rows = new PictureRows(Noise.Picture(64, 64));
        new PatchPredictor(model, 32).Predict(rows, told.Add);
        Assert.Equal([0.25, 0.5, 0.75, 1], told);

        told.Clear();
        void Tell(double share)
        {
            told.Add(share);
            cancelling.Cancel();
        }
        Assert.Throws<OperationCanceledException>(() => new PatchPredictor(model, 32).Predict(rows, Tell, cancelling.Token));
        Assert.Equal([0.25], told);
    }

    [Fact]
    public void Predicting_leaves_no_tensor_behind()
    {
        using var model = Model(local);
        var predictor = new PatchPredictor(model, 40, [0, 0.1, 0]);
        predictor.Predict(Noise.Picture(70, 50));
        var before = LiveTensors.Count();
        predictor.Predict(Noise.Picture(70, 50));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Refuses_patches_and_pictures_below_32_pixels()
    {
        using var model = Model(cnn);
        Assert.Equal(
            "side (31) must be at least 32 pixels. (Parameter 'side')",
            Assert.Throws<ArgumentException>(() => new PatchPredictor(model, 31)).Message
        );
        Assert.Equal(
            "The image has 40 x 31 pixels, but F2Net needs at least 32 x 32: enlarge it.",
            Assert.Throws<UserException>(() => new PatchPredictor(model, 40).Predict(Noise.Picture(40, 31))).Message
        );
    }

    private static readonly F2NetConfig cnn = F2NetConfig.Nano(3) with
    {
        Branches = [Branch.Short],
        Decomposition = DecompositionKind.None,
        ShortScale = 1,
        Head = HeadKind.Coarse,
    };

    private static readonly F2NetConfig local = cnn with
    {
        Branches = [Branch.Short, Branch.Long],
        LongEncoder = LongEncoderKind.Convolutional,
        LongRangeTokens = 4,
        Fusion = FusionKind.Concat,
    };

    private static F2NetModel Model(F2NetConfig config)
    {
        manual_seed(1);
        var model = new F2NetModel(config);
        model.eval();
        return model;
    }

    // Offsets under which classes 0 and 1 get half of a picture each, and class 2 nothing.
    private static double[] Halving(F2NetModel model, Picture picture)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var logits = model.call(ImageTensor.From(picture));
        var lead = (logits.narrow(1, 1, 1) - logits.narrow(1, 0, 1)).contiguous();
        var sorted = MemoryMarshal.Cast<byte, float>(lead.bytes).ToArray().Order().ToArray();
        return [sorted[sorted.Length / 2], 0, -1e6];
    }

    private sealed class Recorded(Picture picture) : IImageRows
    {
        private readonly PictureRows rows = new(picture);

        public List<(long, long)> Reads { get; } = [];

        public long Batch => rows.Batch;

        public long Height => rows.Height;

        public long Width => rows.Width;

        public Tensor Read(long top, long count)
        {
            Reads.Add((top, count));
            return rows.Read(top, count);
        }
    }
}
