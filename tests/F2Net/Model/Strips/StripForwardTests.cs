using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Tests.Model.Strips;

public class StripForwardTests
{
    [Theory]
    [InlineData(32, 32, 1)]
    [InlineData(33, 47, 16)]
    [InlineData(70, 41, 32)]
    [InlineData(97, 35, 48)]
    [InlineData(130, 33, 64)]
    [InlineData(161, 34, 1)]
    public void Strips_of_any_height_give_what_the_whole_gives(long height, long width, long stripRows) =>
        AssertSame(F2NetModelTests.Tiny, height, width, stripRows);

    [Fact]
    public void So_they_do_with_every_decomposition_and_head()
    {
        foreach (var decomposition in Enum.GetValues<DecompositionKind>())
        foreach (var head in Enum.GetValues<HeadKind>())
        foreach (var height in new[] { 99, 102 })
            AssertSame(F2NetModelTests.Tiny with { Decomposition = decomposition, Head = head }, height, 45, 32);
    }

    [Theory]
    [InlineData(Branch.High)]
    [InlineData(Branch.Short)]
    [InlineData(Branch.Long)]
    [InlineData(Branch.High, Branch.Short)]
    [InlineData(Branch.High, Branch.Long)]
    [InlineData(Branch.Short, Branch.Long)]
    public void So_they_do_with_some_branches(params Branch[] branches)
    {
        AssertSame(F2NetModelTests.Tiny with { Branches = branches }, 99, 45, 32);
        if (!branches.SequenceEqual([Branch.Long]))
            AssertSame(F2NetModelTests.Tiny with { Branches = branches, Head = HeadKind.Fine }, 99, 45, 32);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(0.5, 0.25, 0.25)]
    [InlineData(0.25, 1, 0.5)]
    public void So_they_do_at_every_scale(double high, double shortScale, double longScale) =>
        AssertSame(
            F2NetModelTests.Tiny with
            {
                HighScale = high,
                ShortScale = shortScale,
                LongScale = longScale,
                LongPatch = 7,
                DecompositionKernel = 5,
            },
            149,
            67,
            1
        );

    [Theory]
    [InlineData(1, 0.25, 99, 45)]
    [InlineData(0.5, 0.5, 102, 67)]
    [InlineData(0.25, 1, 149, 35)]
    public void So_they_do_with_a_shallow_encoder(double high, double shortScale, long height, long width)
    {
        foreach (var head in Enum.GetValues<HeadKind>())
        foreach (var decomposition in new[] { DecompositionKind.LaplacianPyramid, DecompositionKind.Adaptive })
            AssertSame(
                F2NetModelTests.Tiny with
                {
                    Branches = [Branch.High, Branch.Short],
                    HighEncoder = HighEncoderKind.Shallow,
                    Decomposition = decomposition,
                    HighScale = high,
                    ShortScale = shortScale,
                    Head = head,
                },
                height,
                width,
                16
            );
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 0.25)]
    [InlineData(4, 1)]
    public void So_they_do_with_a_convolutional_context(int? tokens, double scale)
    {
        foreach (var height in new[] { 99, 134 })
            AssertSame(
                F2NetModelTests.Tiny with
                {
                    LongEncoder = LongEncoderKind.Convolutional,
                    LongRangeTokens = tokens,
                    LongScale = scale,
                    Fusion = FusionKind.Concat,
                },
                height,
                45,
                16
            );
    }

    [Theory]
    [InlineData(null)]
    [InlineData(256)]
    public void So_they_do_under_a_token_budget(int? span)
    {
        foreach (var (height, width) in new[] { (131L, 70L), (45L, 300L), (301L, 90L) })
            AssertSame(F2NetModelTests.Tiny with { LongRangeTokens = 4, LongRangeSpan = span, Head = HeadKind.Pixel }, height, width, 8);
    }

    [Fact]
    public void A_large_image_goes_by_in_strips_of_the_networks_choice()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = Model(F2NetModelTests.Tiny);
        var image = randn(1, 3, 2001, 120);
        var recorded = new Recorded(image);
        model.RunByRows(recorded, (_, _) => { });
        Assert.True(recorded.Reads.Count > 1);
        var whole = model.Run(image).Logits;
        Assert.True((model.call(image) - whole).abs().max().item<float>() < 2e-5 * whole.abs().max().item<float>());
    }

    [Theory]
    [InlineData(HeadKind.Fine, 1)]
    [InlineData(HeadKind.Pixel, 2)]
    public void An_image_is_read_from_top_to_bottom_and_by_a_pixel_head_twice(HeadKind head, int passes)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var image = new Recorded(randn(1, 3, 201, 40));
        Forward(Model(F2NetModelTests.Tiny with { Head = head }), image, 32);
        Assert.Equal(passes, image.Reads.Count(read => read.Top == 0));
        Assert.Equal(201, image.Reads[^1].Top + image.Reads[^1].Rows);
        Assert.All(image.Reads, read => Assert.InRange(read.Rows, 1, 32 + 2 * (12 + 2)));
        foreach (var (before, after) in image.Reads.Zip(image.Reads.Skip(1)))
            Assert.True(after.Top > before.Top || after.Top == 0);
    }

    [Fact]
    public void Logits_come_from_top_to_bottom_without_gap()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var next = 0L;
        new StripForward(Model(F2NetModelTests.Tiny), new TensorRows(randn(1, 3, 77, 40)), 16).Run(
            (top, rows) =>
            {
                Assert.Equal(next, top);
                next = top + rows.shape[2];
            }
        );
        Assert.Equal(77, next);
    }

    [Fact]
    public void Progress_grows_to_exactly_one()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (
            var config in new[]
            {
                F2NetModelTests.Tiny,
                F2NetConfig.Nano(3),
                F2NetModelTests.Tiny with
                {
                    Branches = [Branch.Short],
                },
                EncodersOfTheBaselines,
            }
        )
        {
            var told = new List<double>();
            new StripForward(Model(config), new TensorRows(randn(1, 3, 130, 40)), 32, told.Add).Run((_, _) => { });
            Assert.Equal(told.Order(), told);
            Assert.InRange(told[0], 0, 0.99);
            Assert.Equal(1, told[^1]);
            Assert.Single(told, share => share == 1);
        }
    }

    [Fact]
    public void Who_cancels_gets_no_more_rows()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var cancelling = new CancellationTokenSource();
        var taken = 0;
        var model = Model(F2NetModelTests.Tiny);
        var image = new TensorRows(randn(1, 3, 130, 40));
        var forward = new StripForward(model, image, 32, cancellation: cancelling.Token);
        Assert.Throws<OperationCanceledException>(() =>
            forward.Run(
                (_, _) =>
                {
                    taken++;
                    cancelling.Cancel();
                }
            )
        );
        Assert.Equal(1, taken);

        var image2 = new Recorded(randn(1, 3, 130, 40));
        Assert.Throws<OperationCanceledException>(() => model.RunByRows(image2, (_, _) => { }, cancellation: cancelling.Token));
        Assert.Empty(image2.Reads);
    }

    [Fact]
    public void Nothing_stays_alive_not_even_after_cancelling()
    {
        using var frozen = no_grad();
        using var model = Model(F2NetModelTests.Tiny with { Head = HeadKind.Pixel });
        using var image = randn(1, 3, 130, 40);
        using var cancelling = new CancellationTokenSource();
        var before = LiveTensors.Count();
        new StripForward(model, new TensorRows(image), 32).Run((_, _) => { });
        Assert.Equal(before, Tensor.TotalCount);
        var forward = new StripForward(model, new TensorRows(image), 32, _ => cancelling.Cancel(), cancelling.Token);
        Assert.Throws<OperationCanceledException>(() => forward.Run((_, _) => { }));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void In_evaluation_without_gradients_only_the_logits_stay_alive()
    {
        using var model = Model(F2NetModelTests.Tiny);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        model.call(randn(1, 3, 40, 40));
        Assert.Equal(2, scope.DisposablesCount);
    }

    [Fact]
    public void Refuses_a_network_in_training_and_gradients()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(F2NetModelTests.Tiny);
        var image = new TensorRows(randn(1, 3, 40, 40));
        const string Refusal = "Rows are for a network in evaluation (eval) and without gradients (no_grad).";
        using (no_grad())
            Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() => model.RunByRows(image, (_, _) => { })).Message);
        model.eval();
        Assert.Equal(Refusal, Assert.Throws<InvalidOperationException>(() => model.RunByRows(image, (_, _) => { })).Message);
    }

    [Fact]
    public void Refuses_images_below_32_pixels()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Assert.Equal(
            "The image has 40 x 31 pixels, but F2Net needs at least 32 x 32: enlarge it.",
            Assert
                .Throws<UserException>(() => Model(F2NetModelTests.Tiny).RunByRows(new TensorRows(zeros(1, 3, 31, 40)), (_, _) => { }))
                .Message
        );
    }

    private static F2NetConfig EncodersOfTheBaselines =>
        F2NetModelTests.Tiny with
        {
            HighEncoder = HighEncoderKind.Shallow,
            LongEncoder = LongEncoderKind.Convolutional,
        };

    private static void AssertSame(F2NetConfig config, long height, long width, long stripRows)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = Model(config);
        var image = randn(2, 3, height, width);
        var whole = model.Run(image).Logits;
        var strips = Forward(model, new TensorRows(image), stripRows);
        var worst = (whole - strips).abs().max().item<float>() / whole.abs().max().item<float>();
        Assert.True(worst < 2e-5, $"{worst} of the largest logit apart at {height} x {width} in strips of {stripRows}: {config}");
    }

    private static Tensor Forward(F2NetModel model, IImageRows image, long stripRows)
    {
        var strips = new List<Tensor>();
        new StripForward(model, image, stripRows).Run((_, rows) => strips.Add(rows.clone().DetachFromDisposeScope()));
        var logits = cat([.. strips], 2);
        strips.ForEach(strip => strip.Dispose());
        return logits;
    }

    private static F2NetModel Model(F2NetConfig config)
    {
        manual_seed(1);
        var model = new F2NetModel(config);
        // Norms that do nothing would hide a strip that was padded before its norm.
        foreach (var (name, buffer) in model.named_buffers())
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
                nn.init.normal_(buffer);
        model.eval();
        return model;
    }

    /// <summary>Remembers what was asked for.</summary>
    private sealed class Recorded(Tensor image) : IImageRows
    {
        private readonly TensorRows rows = new(image);

        public List<(long Top, long Rows)> Reads { get; } = [];

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
