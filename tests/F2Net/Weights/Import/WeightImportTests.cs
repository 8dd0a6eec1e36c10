using System.Text.Json;
using F2Net.Model;
using F2Net.Tests.Weights.Checkpoints;
using F2Net.Weights;
using F2Net.Weights.Import;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Import;

public sealed class WeightImportTests : IDisposable
{
    private static readonly F2NetConfig Nano = F2NetConfig.Nano(3);
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("deep", true)]
    [InlineData("v1c", false)]
    public void ResNet_18_with_a_deep_stem_fills_the_backbone(string stem, bool averaged)
    {
        var published = PublishedNetworks.ResNet18(stem, averaged, width: 16);
        var (report, got) = Import(ImportPart.Short, published);

        Assert.Equal(Names("short.backbone."), got.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(report.Missing);
        Assert.Equal(["short.backbone.stem.0.weight"], report.Taken.Where(t => t.Adapted is not null).Select(t => t.Name));
        Assert.Equal(["fc.weight", "fc.bias"], report.Left.Single().Names);
        var names =
            stem == "deep"
                ? ("conv1.6.weight", "bn1.running_var", "layer3.0.downsample.2.bias")
                : ("stem.6.weight", "stem.7.running_var", "layer3.0.downsample.1.bias");
        AssertSame(published[names.Item1], got["short.backbone.stem.6.weight"]);
        AssertSame(published[names.Item2], got["short.backbone.stem.7.running_var"]);
        AssertSame(published[names.Item3], got["short.backbone.layer3.0.downsample.1.bias"]);
        AssertSame(tensor(17L), got["short.backbone.layer1.0.bn1.num_batches_tracked"]);
    }

    [Fact]
    public void A_7_x_7_stem_is_named_and_left_where_that_is_allowed()
    {
        var published = PublishedNetworks.ResNet18("plain", width: 16);
        Assert.Equal(
            "lacks 15 weights, 'short.backbone.stem.0.weight' first, of ResNet-18 in this network; say --allow-missing to leave them as they are initialised.",
            Fault(ImportPart.Short, published)
        );
        Assert.False(File.Exists(Output));

        var (report, got) = Import(ImportPart.Short, published, new() { AllowMissing = true });
        Assert.Equal(15, report.Missing.Count);
        Assert.All(report.Missing, name => Assert.StartsWith("short.backbone.stem.", name, StringComparison.Ordinal));
        Assert.Contains(
            report.Left,
            l =>
                l.Reason == "a stem of one 7 x 7 convolution, where ours has three of 3 x 3"
                && l.Names.Contains("conv1.weight")
                && l.Names.Contains("bn1.weight")
        );
        AssertSame(published["layer4.1.conv2.weight"], got["short.backbone.layer4.1.conv2.weight"]);
    }

    [Fact]
    public void Norms_that_counted_no_batches_start_at_zero()
    {
        var published = PublishedNetworks
            .ResNet18("v1c", width: 16)
            .Where(t => !t.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        AssertSame(
            tensor(0L),
            Import(ImportPart.Short, published.ToDictionary()).Weights["short.backbone.layer1.0.bn1.num_batches_tracked"]
        );
    }

    [Fact]
    public void Every_second_block_of_a_ViT_is_taken_or_those_asked_for()
    {
        var published = PublishedNetworks.VitTiny(width: 64, depth: 4, grid: 5);
        var (report, got) = Import(ImportPart.Long, published);
        Assert.Equal(Names("long."), got.Keys.Order(StringComparer.Ordinal));
        AssertSame(published["blocks.2.mlp.fc1.weight"], got["long.blocks.1.mlp.0.weight"]);
        AssertSame(published["blocks.0.attn.qkv.bias"], got["long.blocks.0.attn.qkv.bias"]);
        Assert.Equal(["class token and classifier of ImageNet", "blocks 0, 2 are taken, these are not"], report.Left.Select(l => l.Reason));
        Assert.Equal(["long.pos_embed", "long.patch_embed.weight"], report.Taken.Where(t => t.Adapted is not null).Select(t => t.Name));

        (_, got) = Import(ImportPart.Long, published, new() { Blocks = [3, 1] });
        AssertSame(published["blocks.3.norm1.weight"], got["long.blocks.0.norm1.weight"]);
        AssertSame(published["blocks.1.norm1.weight"], got["long.blocks.1.norm1.weight"]);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(-1, 0)]
    public void Blocks_that_there_are_not_are_refused(int first, int second) =>
        Assert.Equal(
            $"--blocks {first},{second} must be 2 different ones of 0 to 3, one for each block of the long-range branch.",
            WholeFault(ImportPart.Long, PublishedNetworks.VitTiny(64, depth: 4, grid: 5), new() { Blocks = [first, second] })
        );

    [Fact]
    public void VMamba_fills_the_high_frequency_branch()
    {
        var published = PublishedNetworks.VMamba(Nano.HighDepths, Nano.HighDims, Nano.HighStateSize);
        var (report, got) = Import(ImportPart.High, published);
        Assert.Equal(Names("high."), got.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("the classifier of ImageNet, with the norm before it", report.Left.Single().Reason);
        AssertSame(published["layers.2.blocks.1.op.A_logs"], got["high.vssm.layers.2.blocks.1.op.A_logs"]);
    }

    [Fact]
    public void The_published_shapes_fit_the_papers_network()
    {
        var paper = F2NetConfig.Paper();
        Assert.Empty(Import(ImportPart.Short, PublishedNetworks.ResNet18("v1c"), network: paper).Report.Missing);
        var (vit, _) = Import(ImportPart.Long, PublishedNetworks.VitTiny(), network: paper);
        Assert.Contains(vit.Left, l => l.Reason == "blocks 0, 2, 4, 6, 8, 10 are taken, these are not");
        // VMamba's own Tiny-M2 is half as wide again as the paper's.
        var wide = PublishedNetworks.VMamba([2, 2, 4, 2], [96, 192, 384, 768], 64);
        Assert.Empty(Import(ImportPart.High, wide, network: paper with { HighDims = [96, 192, 384, 768] }).Report.Missing);
        Assert.StartsWith(
            "patch_embed.0.weight has shape [48, 3, 3, 3] in ",
            WholeFault(ImportPart.High, wide, network: paper),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_network_of_ours_comes_back_whole_under_any_prefix()
    {
        var (state, prefix) = (State(), "module.");
        var (report, got) = Import(ImportPart.F2Net, state.ToDictionary(t => prefix + t.Key, t => t.Value));
        Assert.Equal(("module.", state.Count), (report.Prefix, report.Taken.Count));
        foreach (var (name, tensor) in state)
            AssertSame(tensor, got[name]);
    }

    [Theory]
    [InlineData(ImportPart.Short, "short.backbone.")]
    [InlineData(ImportPart.Long, "long.")]
    [InlineData(ImportPart.High, "high.vssm.")]
    public void A_branch_of_ours_is_taken_out_of_a_whole_network(ImportPart part, string prefix)
    {
        var state = State();
        var (report, got) = Import(part, state);
        Assert.Equal(prefix, report.Prefix);
        Assert.Equal(
            state.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t.Key).Order(StringComparer.Ordinal),
            got.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(report.Taken, t => Assert.Null(t.Adapted));
    }

    [Fact]
    public void The_short_branch_is_taken_from_a_run_whose_long_one_is_such_a_network_too()
    {
        var twins = Nano with { LongEncoder = LongEncoderKind.Convolutional, Fusion = FusionKind.Concat };
        var state = new F2NetModel(twins).state_dict();
        var (report, got) = Import(ImportPart.Short, state.ToDictionary(t => "network/" + t.Key, t => t.Value), network: twins);
        Assert.Equal("network/short.backbone.", report.Prefix);
        AssertSame(state["short.backbone.layer1.0.conv1.weight"], got["short.backbone.layer1.0.conv1.weight"]);
    }

    [Fact]
    public void A_tensor_beside_the_weights_does_not_hide_where_they_are()
    {
        var (file, files) = (folder.File("checkpoint.pth"), new TorchFiles());
        var published = files.State(PublishedNetworks.ResNet18("v1c", width: 16));
        File.WriteAllBytes(file, files.Zip(new List<(object?, object?)> { ("state_dict", published), ("scale", files.Tensor(ones(1))) }));
        Assert.Equal(
            $"{file} is no ResNet-18: it has no 'layer1.0.conv1.weight' but 'scale'; check --for and the file, or say --key with one of 'state_dict'.",
            Assert.Throws<UserException>(() => WeightImport.Run(file, ImportPart.Short, Nano, new(), Output)).Message
        );
    }

    [Fact]
    public void A_block_numbered_in_other_digits_is_no_block()
    {
        var published = PublishedNetworks.VitTiny(width: 64, depth: 4, grid: 5);
        published["blocks.٣.norm1.weight"] = ones(64);
        Assert.StartsWith("holds 'blocks.٣.norm1.weight', for which ViT-tiny", Fault(ImportPart.Long, published), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrapping_dictionary_and_a_prefix_are_found_and_named()
    {
        var published = PublishedNetworks.ResNet18("v1c", width: 16);
        var files = new TorchFiles();
        var (plain, averaged) = (
            files.State(published, "module."),
            files.State(published.ToDictionary(t => t.Key, t => t.Value + 1), "module.")
        );
        var root = new List<(object?, object?)>
        {
            ("epoch", 3),
            ("model_ema", averaged),
            ("model", plain),
            ("optimizer", new List<(object?, object?)>()),
        };
        var file = folder.File("checkpoint.pth");
        File.WriteAllBytes(file, files.Zip(root));

        var report = WeightImport.Run(file, ImportPart.Short, Nano, new(), Output);
        Assert.Equal(("model", "module."), (report.Key, report.Prefix));
        Assert.Equal(["model_ema"], report.OtherKeys);
        AssertSame(published["stem.7.bias"], Safetensors.Read(Output).Tensors["short.backbone.stem.7.bias"]);

        report = WeightImport.Run(file, ImportPart.Short, Nano, new() { Key = "model_ema" }, Output);
        Assert.Equal("model_ema", report.Key);
        AssertSame(published["stem.7.bias"] + 1, Safetensors.Read(Output).Tensors["short.backbone.stem.7.bias"]);

        Assert.Equal(
            $"{file} has no tensors under 'ema'; say --key with one of 'model_ema', 'model'.",
            Assert.Throws<UserException>(() => WeightImport.Run(file, ImportPart.Short, Nano, new() { Key = "ema" }, Output)).Message
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Values_that_are_not_finite_are_refused_by_name(float value)
    {
        var published = PublishedNetworks.ResNet18("v1c", width: 16);
        published["layer2.1.bn2.bias"][3] = tensor(value);
        Assert.EndsWith(
            $"layer2.1.bn2.bias has NaN or infinite values in {Input}; use another checkpoint.",
            WholeFault(ImportPart.Short, published),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_named_both_ways()
    {
        var published = PublishedNetworks.ResNet18("v1c", width: 16);
        published["layer1.1.conv1.weight"] = ones(16, 16, 1, 1);
        Assert.Equal(
            $"layer1.1.conv1.weight has shape [16, 16, 1, 1] in {Input} but short.backbone.layer1.1.conv1.weight has [16, 16, 3, 3] in this network; choose the file or the --network that fits.",
            WholeFault(ImportPart.Short, published)
        );
    }

    [Fact]
    public void A_weight_without_a_place_is_refused_even_where_others_may_be_missing()
    {
        var published = PublishedNetworks.ResNet18("v1c", width: 16);
        published["layer1.2.conv1.weight"] = ones(16, 16, 3, 3); // as ResNet-34 has
        Assert.Equal(
            "holds 'layer1.2.conv1.weight', for which ResNet-18 in this network has no place; choose the file or the --network that fits.",
            Fault(ImportPart.Short, published, new() { AllowMissing = true })
        );
    }

    [Fact]
    public void A_file_of_another_network_is_refused() =>
        Assert.Equal(
            "is no ViT-tiny: it has no 'blocks.0.attn.qkv.weight' but 'layer4.1.conv2.weight'; check --for and the file.",
            Fault(ImportPart.Long, PublishedNetworks.ResNet18("v1c", width: 16).Where(t => t.Key == "layer4.1.conv2.weight").ToDictionary())
        );

    [Fact]
    public void A_branch_that_the_network_lacks_is_refused() =>
        Assert.Equal(
            "This network has no long; choose another part, or another --network.",
            WholeFault(ImportPart.Long, PublishedNetworks.VitTiny(64, 2, 5), network: Nano with { Branches = [Branch.Short] })
        );

    [Theory]
    [InlineData(0x0280)] // as a pickle of protocol 2
    [InlineData(0x4b50)] // as a zip
    public void A_safetensors_file_is_one_whatever_the_length_of_its_header(int length)
    {
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(length);
        File.WriteAllBytes(Input, [.. BitConverter.GetBytes((long)length), .. System.Text.Encoding.UTF8.GetBytes(header), 7]);
        using var file = WeightFile.Open(Input);
        Assert.Equal(7, file.Read("a").item<byte>());
    }

    [Fact]
    public void A_file_of_neither_form_is_refused()
    {
        File.WriteAllText(Input, "<!DOCTYPE html><p>Not found");
        Assert.Equal(
            $"{Input} is neither a safetensors file nor one of torch.save; check that the path is right.",
            Assert.Throws<UserException>(() => WeightFile.Open(Input)).Message
        );
    }

    [Fact]
    public void A_file_that_would_be_written_over_is_refused()
    {
        File.WriteAllText(Input, "a download");
        var same = Path.Combine(folder.Path, ".", "in.safetensors");
        Assert.Equal(
            $"{same} is the file of weights itself and would be lost; give another name.",
            Assert.Throws<UserException>(() => WeightImport.Run(Input, ImportPart.Short, Nano, new(), same)).Message
        );
        Assert.Equal("a download", File.ReadAllText(Input));
    }

    [Fact]
    public void The_file_written_says_where_its_weights_came_from()
    {
        var published = PublishedNetworks.ResNet18("v1c", width: 16).ToDictionary(t => t.Key, t => t.Value.to(ScalarType.Float16));
        var (report, got) = Import(ImportPart.Short, published);
        Assert.All(got.Values, t => Assert.True(t.dtype is ScalarType.Float32 or ScalarType.Int64));
        var kept = JsonSerializer.Deserialize<ImportReport>(Safetensors.Read(Output).Metadata[WeightImport.MetadataKey], JsonFile.Options)!;
        Assert.Equal(("in.safetensors", report.Sha256, report.Taken.Count), (kept.File, kept.Sha256, kept.Taken.Count));
    }

    private string Input => folder.File("in.safetensors");

    private string Output => folder.File("out.safetensors");

    private (ImportReport Report, IReadOnlyDictionary<string, Tensor> Weights) Import(
        ImportPart part,
        IReadOnlyDictionary<string, Tensor> published,
        ImportOptions? options = null,
        F2NetConfig? network = null
    )
    {
        Safetensors.Write(Input, published);
        var report = WeightImport.Run(Input, part, network ?? Nano, options ?? new(), Output);
        return (report, Safetensors.Read(Output).Tensors);
    }

    private string WholeFault(
        ImportPart part,
        IReadOnlyDictionary<string, Tensor> published,
        ImportOptions? options = null,
        F2NetConfig? network = null
    ) => Assert.Throws<UserException>(() => Import(part, published, options, network)).Message;

    private string Fault(ImportPart part, IReadOnlyDictionary<string, Tensor> published, ImportOptions? options = null) =>
        WholeFault(part, published, options)[(Input.Length + 1)..];

    private static Dictionary<string, Tensor> State()
    {
        var model = new F2NetModel(Nano);
        return model.state_dict().Concat(new F2Net.Losses.F2NetLoss(model).state_dict()).ToDictionary();
    }

    private static IEnumerable<string> Names(string prefix) =>
        State().Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static void AssertSame(Tensor want, Tensor got)
    {
        Assert.Equal(want.shape, got.shape);
        Assert.True((want == got).all().item<bool>());
    }
}
