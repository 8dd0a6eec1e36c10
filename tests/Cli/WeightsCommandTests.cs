using F2Net.Tests.Data;
using F2Net.Tests.Weights.Checkpoints;
using F2Net.Tests.Weights.Import;
using F2Net.Training;
using F2Net.Weights;
using static F2Net.Tests.Cli.CommandLine;
using static TorchSharp.torch;

namespace F2Net.Tests.Cli;

/// <summary>f2net weights, and train --weights, as a person meets them.</summary>
public sealed class WeightsCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Imports_from_a_pth_trains_from_it_and_exports()
    {
        using var scope = NewDisposeScope();
        var files = new TorchFiles();
        var published = PublishedNetworks.VitTiny(width: 64, depth: 4, grid: 5);
        var (vit, weights, run, exported) = (
            folder.File("vit.pth"),
            folder.File("w.safetensors"),
            folder.File("run"),
            folder.File("f.safetensors")
        );
        File.WriteAllBytes(vit, files.Zip(new List<(object?, object?)> { ("model", files.State(published)) }));

        var imported = Invoke("weights", "import", vit, "--for", "long", "--network", "nano", "--blocks", "0,3", "--out", weights);
        Assert.Equal((0, ""), (imported.Code, imported.Error));
        Assert.Contains("| all ", imported.Output, StringComparison.Ordinal);
        Assert.Contains(
            "adapted long.pos_embed from pos_embed, [1, 26, 64] to [1, 64, 16, 16]: ",
            imported.Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "left, class token and classifier of ImageNet: cls_token, head.weight, head.bias",
            imported.Output,
            StringComparison.Ordinal
        );

        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        File.WriteAllText(
            folder.File("recipe.json"),
            """{"iterations": 1, "learningRate": 1e-30, "sampling": {"cropSize": 64, "batchSize": 1}}"""
        );
        string[] train =
        [
            "train",
            "--data",
            folder.Path,
            "--out",
            run,
            "--network",
            "nano",
            "--recipe",
            folder.File("recipe.json"),
            "--weights",
            weights,
        ];
        var trained = Invoke(train);
        Assert.Equal((0, ""), (trained.Code, trained.Error));
        Assert.Equal(weights, Assert.Single(RunFolder.Open(run).Recipe.Weights).File);

        var written = Invoke("weights", "export", "--run", run, "--out", exported);
        Assert.Equal((0, ""), (written.Code, written.Error));
        Assert.EndsWith(
            "its logits of a 128 x 96 image are the run's, bit for bit." + Environment.NewLine,
            written.Output,
            StringComparison.Ordinal
        );
        Assert.True(
            (Safetensors.Read(exported).Tensors["long.blocks.1.norm1.weight"] == published["blocks.3.norm1.weight"]).all().item<bool>()
        );

        var network = Invoke("weights", "export", "--run", run, "--onnx", folder.File("net.onnx"), "--size", "40x72");
        Assert.Equal((0, ""), (network.Code, network.Error));
        Assert.EndsWith(
            "Input image (1, 3, 40, 72), RGB from 0 to 1; outputs logits and ids." + Environment.NewLine,
            network.Output,
            StringComparison.Ordinal
        );

        string[] back = ["weights", "import", run, "--for", "f2net", "--out", folder.File("b.safetensors")];
        Assert.Equal((0, ""), (Invoke(back).Code, Invoke(back).Error));
        AssertRefused("--classes 5: the run says its own number of classes; leave the option out.", [.. back, "--classes", "5"]);
        back[2] = exported;
        AssertRefused($"--classes 5: {exported} says its own number of classes; leave the option out.", [.. back, "--classes", "5"]);
    }

    [Theory]
    [InlineData("Nothing to write: give --out FILE for safetensors, --onnx FILE for ONNX, or both.")]
    [InlineData("net would be both the weights and the ONNX file; give --onnx another name.", "--onnx", "net", "--out", "net")]
    [InlineData("--size 40: say height x width in pixels, such as 512x768.", "--onnx", "net.onnx", "--size", "40")]
    public void An_export_that_cannot_be_is_one_sentence(string sentence, params string[] arguments) =>
        AssertRefused(sentence, ["weights", "export", "--run", folder.Path, .. arguments]);

    [Theory]
    [InlineData("--for middle: say short, long, high or f2net.", "--for", "middle")]
    [InlineData("--blocks 0;2: say numbers with commas between, as 0,2,4,6,8,10.", "--for", "long", "--blocks", "0;2")]
    [InlineData("--classes 1: a network has at least 2.", "--for", "long", "--classes", "1")]
    [InlineData("--blocks chooses blocks of a ViT; leave it out, or say --for long.", "--for", "short", "--blocks", "0,2")]
    public void An_import_that_cannot_be_is_one_sentence(string sentence, params string[] arguments)
    {
        using var scope = NewDisposeScope();
        var file = folder.File("a.safetensors");
        Safetensors.Write(file, new Dictionary<string, Tensor> { ["a"] = ones(1) });
        AssertRefused(sentence, ["weights", "import", file, "--out", folder.File("w.safetensors"), .. arguments]);
    }

    [Fact]
    public void A_file_that_would_run_code_is_one_sentence_and_runs_nothing()
    {
        var (file, proof) = (folder.File("evil.pth"), Path.Combine(folder.Path, "proof"));
        File.WriteAllBytes(file, new TorchFiles().Zip(new Call(new("os", "system"), [$"touch {proof}"])));
        AssertRefused(
            $"{file} needs 'os.system', which is code and is not run here; in PyTorch, save the weights alone: torch.save(model.state_dict(), 'weights.pth').",
            "weights",
            "import",
            file,
            "--for",
            "short",
            "--out",
            folder.File("w.safetensors")
        );
        Assert.False(File.Exists(proof) || File.Exists(folder.File("w.safetensors")));
    }

    [Fact]
    public void Weights_that_do_not_fit_leave_no_run_behind()
    {
        using var scope = NewDisposeScope();
        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        var file = folder.File("w.safetensors");
        Safetensors.Write(file, new Dictionary<string, Tensor> { ["long.norm.weight"] = ones(192) });
        AssertRefused(
            $"long.norm.weight has shape [192] in {file} but [64] in this network; use the configuration it was trained with.",
            "train",
            "--data",
            folder.Path,
            "--out",
            folder.File("run"),
            "--network",
            "nano",
            "--weights",
            file
        );
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void A_run_that_is_resumed_takes_no_other_weights()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 80, height: 72);
        AssertRefused(
            "--weights w.safetensors: a run that is resumed has weights of its own; leave one of the two options out.",
            ["train", "--data", folder.Path, "--out", folder.File("run"), "--resume", "--weights", "w.safetensors"]
        );
    }
}
