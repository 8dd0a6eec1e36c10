using F2Net.Losses;
using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Tests.Model;

public class F2NetModelTests
{
    [Fact]
    public void The_papers_network_has_29_664_803_parameters_at_seven_classes()
    {
        using var model = new F2NetModel(F2NetConfig.Paper());
        using var loss = new F2NetLoss(model);
        Assert.Equal(29_664_803, model.parameters().Concat(loss.parameters()).Sum(p => p.NumberOfElements));
    }

    [Fact]
    public void State_names_are_the_official_ones()
    {
        using var model = new F2NetModel(Tiny);
        using var loss = new F2NetLoss(model);
        var names = model.state_dict().Keys.Concat(loss.state_dict().Keys).ToHashSet();
        string[] wanted =
        [
            "afd.proj.weight",
            "afd.filter_gen.1.bias",
            "high.vssm.patch_embed.0.weight",
            "high.vssm.patch_embed.7.bias",
            "high.vssm.layers.0.blocks.0.op.A_logs",
            "high.vssm.layers.0.blocks.0.op.conv2d.1.weight",
            "high.vssm.layers.2.downsample.3.bias",
            "high.vssm.layers.3.blocks.0.mlp.fc2.bias",
            "short.backbone.stem.7.running_var",
            "short.backbone.layer2.0.downsample.1.num_batches_tracked",
            "short.aspp.branches.3.0.weight",
            "short.aspp.image_pool.2.bias",
            "short.aspp.bottleneck.1.weight",
            "long.pos_embed",
            "long.blocks.0.attn.qkv.bias",
            "long.blocks.0.mlp.2.weight",
            "hff_lf.att_a.0.weight",
            "hff.cross_b.2.bias",
            "cfal.proj_sl.weight",
            "head.0.weight",
            "head.1.running_mean",
            "head.3.bias",
        ];
        Assert.Subset(names, wanted.ToHashSet());
        Assert.DoesNotContain(names, name => name.Contains("dropPath", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(33, 47)]
    [InlineData(70, 41)]
    public void Takes_any_size_from_32_up(long height, long width)
    {
        using var scope = NewDisposeScope();
        foreach (var config in new[] { Tiny, Tiny with { LongRangeTokens = 3, Head = HeadKind.Fine } })
        {
            var output = new F2NetModel(config).Run(randn(2, 3, height, width));
            Assert.Equal([2, 5, height, width], output.Logits.shape);
            Assert.Equal([2, 8, height, width], output.Low.shape);
            Assert.True(output.Logits.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void The_logits_alone_are_those_of_the_full_run()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny);
        model.eval();
        var image = randn(1, 3, 65, 43);
        var wanted = model.Run(image).Logits;
        using var frozen = no_grad();
        Assert.True((model.call(image) - wanted).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Without_gradients_only_the_logits_stay_alive()
    {
        using var model = new F2NetModel(Tiny);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var image = randn(1, 3, 40, 40);
        model.call(image);
        Assert.Equal(2, scope.DisposablesCount);
    }

    [Fact]
    public void In_evaluation_an_image_does_not_see_the_others_of_its_batch()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { LongRangeTokens = 4 });
        model.eval();
        var images = randn(3, 3, 40, 56);
        var together = model.Run(images).Logits;
        var alone = model.Run(images.narrow(0, 1, 1)).Logits;
        Assert.True((together.narrow(0, 1, 1) - alone).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_whole_image_as_context_equals_no_context()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { LongRangeTokens = 4 });
        model.eval();
        var image = randn(1, 3, 64, 64);
        var context = new LongRangeContext(nn.functional.adaptive_avg_pool2d(image, [32, 32]), [ContextWindow.Whole]);
        Assert.True((model.Run(image, context).Logits - model.Run(image).Logits).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Without_a_budget_a_context_is_ignored_whatever_it_holds()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny);
        model.eval();
        var image = randn(1, 3, 64, 64);
        var context = new LongRangeContext(randn(1, 3, 32, 32), [ContextWindow.Whole]) { Features = randn(1, 8, 4, 4) };
        Assert.True(model.Run(image, context).Logits.equal(model.Run(image).Logits).all().item<bool>());
    }

    [Fact]
    public void A_context_that_has_its_features_needs_one_window_for_each_image_too()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { Branches = [Branch.Long], LongRangeTokens = 4 });
        var seen = randn(1, 3, 32, 32);
        var context = new LongRangeContext(seen, [ContextWindow.Whole]) { Features = model.LongRangeFeatures(seen) };
        Assert.Equal(
            "The context has 1 pictures and 1 windows for 2 images. (Parameter 'context')",
            Assert.Throws<ArgumentException>(() => model.Run(randn(2, 3, 64, 64), context)).Message
        );
    }

    public static TheoryData<Branch[]> Subsets =>
        [
            [Branch.High],
            [Branch.Short],
            [Branch.Long],
            [Branch.High, Branch.Short],
            [Branch.High, Branch.Long],
            [Branch.Short, Branch.Long],
            [Branch.Long, Branch.Short, Branch.High],
        ];

    [Theory]
    [MemberData(nameof(Subsets))]
    public void Any_branches_make_a_network_that_learns(Branch[] branches)
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { Branches = branches });
        var loss = new F2NetLoss(model);
        var output = model.Run(randn(2, 3, 48, 33));
        var parts = loss.call(output, randint(0, 5, [2, 48, 33]).to(ScalarType.Int64));
        parts.Total.backward();
        Assert.Equal(branches.Order(), parts.GradientNorms.Select(n => n.Branch).Order());
        Assert.Equal(branches.Contains(Branch.High), output.HighFrequency is not null);
        Assert.Equal(branches.Contains(Branch.Short), output.ShortRange is not null);
        var firsts = branches.Select(branch =>
            model.named_parameters().First(p => p.name.StartsWith($"{branch}.", StringComparison.OrdinalIgnoreCase)).name
        );
        Assert.All(
            model.named_parameters().Where(p => firsts.Append("afd.proj.weight").Contains(p.name)),
            p => Assert.True(p.parameter.grad!.abs().sum().item<float>() > 0, p.name)
        );
        Assert.All(model.parameters(), p => Assert.True(p.grad is not { IsInvalid: false } g || g.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Every_choice_makes_a_network()
    {
        foreach (var decomposition in Enum.GetValues<DecompositionKind>())
        foreach (var fusion in Enum.GetValues<FusionKind>())
        foreach (var head in Enum.GetValues<HeadKind>())
        {
            using var scope = NewDisposeScope();
            using var model = new F2NetModel(Tiny with { Decomposition = decomposition, Fusion = fusion, Head = head });
            using var frozen = no_grad();
            Assert.Equal([1, 5, 35, 32], model.call(randn(1, 3, 35, 32)).shape);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(0.5, 0.25, 0.25)]
    [InlineData(0.25, 1, 0.5)]
    public void Every_branch_has_its_own_input_scale(double high, double shortScale, double longScale)
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { HighScale = high, ShortScale = shortScale, LongScale = longScale });
        model.eval();
        var output = model.Run(randn(1, 3, 64, 64));
        Assert.Equal((long)Math.Ceiling(2 * high), output.HighFrequency!.shape[2]);
        Assert.Equal((long)(8 * shortScale), output.ShortRange!.shape[2]);
        Assert.Equal((long)(8 * longScale), output.LongRange!.shape[2]);
        Assert.Equal([1, 5, 64, 64], output.Logits.shape);
    }

    [Fact]
    public void A_network_of_three_bands_shows_the_middle_one_and_learns_through_it()
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { Decomposition = DecompositionKind.AdaptiveThreeBands, Head = HeadKind.Pixel });
        var loss = new F2NetLoss(model);
        var output = model.Run(randn(2, 3, 49, 33));
        Assert.Equal([2, 8, 49, 33], output.Mid!.shape);
        loss.call(output, randint(0, 5, [2, 49, 33]).to(ScalarType.Int64)).Total.backward();
        Assert.All(
            model.named_parameters().Where(p => p.name.StartsWith("afd.", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad!.abs().sum().item<float>() > 0, p.name)
        );
        Assert.Null(new F2NetModel(Tiny).Run(randn(1, 3, 32, 32)).Mid);
    }

    [Fact]
    public void A_network_that_is_fed_with_noise_says_the_same_of_every_image()
    {
        using var scope = NewDisposeScope();
        foreach (var head in Enum.GetValues<HeadKind>())
        {
            var model = new F2NetModel(Tiny with { Decomposition = DecompositionKind.Noise, LongRangeTokens = 4, Head = head });
            model.eval();
            using var frozen = no_grad();
            var logits = model.call(randn(2, 3, 40, 56));
            Assert.Equal(0, (logits.narrow(0, 0, 1) - logits.narrow(0, 1, 1)).abs().max().item<float>(), 5);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    [InlineData(1)]
    public void Fewer_directions_have_fewer_parameters_and_learn(int directions)
    {
        using var scope = NewDisposeScope();
        var model = new F2NetModel(Tiny with { HighDirections = directions, HighScanSegment = 48 });
        foreach (var name in new[] { "x_proj_weight", "dt_projs_bias", "A_logs", "Ds" })
            Assert.Equal(directions, model.state_dict()["high.vssm.layers.0.blocks.0.op." + name].shape[0]);
        var loss = new F2NetLoss(model);
        loss.call(model.Run(randn(2, 3, 48, 33)), randint(0, 5, [2, 48, 33]).to(ScalarType.Int64)).Total.backward();
        Assert.All(
            model.named_parameters().Where(p => p.name.EndsWith("x_proj_weight", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad!.abs().sum().item<float>() > 0, p.name)
        );
    }

    [Fact]
    public void Refuses_an_image_below_32_pixels()
    {
        using var model = new F2NetModel(Tiny);
        Assert.Equal(
            "The image has 40 x 31 pixels, but F2Net needs at least 32 x 32: enlarge it.",
            Assert.Throws<UserException>(() => model.call(zeros(1, 3, 31, 40))).Message
        );
    }

    [Fact]
    public void Refuses_an_image_of_four_bands()
    {
        using var model = new F2NetModel(Tiny);
        Assert.Equal(
            "image (1, 4, 64, 64) must be (B, 3, H, W). (Parameter 'image')",
            Assert.Throws<ArgumentException>(() => model.call(zeros(1, 4, 64, 64))).Message
        );
    }

    /// <summary>The paper's network, as narrow as it goes.</summary>
    internal static F2NetConfig Tiny =>
        F2NetConfig.Paper(5) with
        {
            DecompositionChannels = 8,
            DecompositionGroups = 2,
            HighDepths = [1, 1, 1, 1],
            HighDims = [16, 16, 16, 32],
            HighStateSize = 4,
            HighDropPath = 0,
            ShortWidth = 4,
            ShortChannels = 8,
            LongWidth = 8,
            LongDepth = 1,
            LongHeads = 2,
            LongGrid = 4,
            FusionChannels = 32,
            AlignmentChannels = 8,
        };
}
