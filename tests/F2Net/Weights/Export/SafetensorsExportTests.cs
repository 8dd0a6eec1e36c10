using F2Net.Data;
using F2Net.Model;
using F2Net.Tests.Data;
using F2Net.Training;
using F2Net.Weights;
using F2Net.Weights.Export;
using F2Net.Weights.Import;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Export;

public sealed class SafetensorsExportTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly RunFolder run;

    public SafetensorsExportTests()
    {
        TestDataSet.Write(folder, "train", pictures: 1, width: 96, height: 96);
        run = Trained("run", new());
    }

    private RunFolder Trained(string name, TrainingRecipe recipe)
    {
        var data = PreparedDataSet.Open(folder.Path);
        recipe = recipe with
        {
            Iterations = 1,
            Sampling = new() { CropSize = 64, BatchSize = 2 },
        };
        var trained = RunFolder.Create(Path.Combine(folder.Path, name), F2NetConfig.Nano(3), recipe, data);
        using var trainer = new Trainer(trained, data);
        Assert.Single(trainer.Run());
        return trained;
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_export_gives_the_same_logits_bit_for_bit_and_comes_back_as_an_import()
    {
        using var scope = NewDisposeScope();
        var (exported, imported) = (folder.File("e.safetensors"), folder.File("i.safetensors"));
        var check = SafetensorsExport.Write(run, exported);
        Assert.Equal(0, check.Difference);
        Assert.True(check.Logit > 0);

        var report = WeightImport.Run(exported, ImportPart.F2Net, run.Network, new(), imported);
        Assert.Equal((check.Tensors, 0, 0), (report.Taken.Count, report.Missing.Count, report.Left.Count));
        var (want, got) = (Safetensors.Read(exported).Tensors, Safetensors.Read(imported).Tensors);
        Assert.All(want, t => Assert.True((t.Value == got[t.Key]).all().item<bool>()));
        Assert.Contains("cfal.proj_sl.weight", want.Keys);
    }

    [Fact]
    public void An_export_says_of_which_network_it_is_so_an_import_need_not()
    {
        SafetensorsExport.Write(run, folder.File("e.safetensors"));
        var report = WeightImport.Run(folder.File("e.safetensors"), ImportPart.F2Net, network: null, new(), folder.File("i.safetensors"));
        Assert.Empty(report.Missing);
        Assert.Equal(
            $"--classes 5: {folder.File("e.safetensors")} says its own number of classes; leave the option out.",
            Assert
                .Throws<UserException>(() =>
                    WeightImport.Run(
                        folder.File("e.safetensors"),
                        ImportPart.F2Net,
                        network: null,
                        new() { Classes = 5 },
                        folder.File("c.safetensors")
                    )
                )
                .Message
        );
        Assert.False(File.Exists(folder.File("c.safetensors")));
    }

    [Fact]
    public void Loss_weights_that_were_learned_stay_with_the_run()
    {
        using var scope = NewDisposeScope();
        var learned = Trained("learned", new() { LossWeighting = F2Net.Losses.LossWeighting.Learned });
        SafetensorsExport.Write(learned, folder.File("e.safetensors"));
        Assert.DoesNotContain(
            Safetensors.Read(folder.File("e.safetensors")).Tensors.Keys,
            name => name.StartsWith("weighting", StringComparison.Ordinal)
        );
        var report = WeightImport.Run(learned.CheckpointFile, ImportPart.F2Net, learned.Network, new(), folder.File("i.safetensors"));
        Assert.Empty(report.Missing);
        Assert.Contains("loss/weighting.log_variances", report.Left.Single().Names);
    }

    [Fact]
    public void The_checkpoint_of_a_run_is_an_import_too_without_its_optimizer()
    {
        var report = WeightImport.Run(run.CheckpointFile, ImportPart.F2Net, run.Network, new(), folder.File("i.safetensors"));
        Assert.Empty(report.Missing);
        Assert.Equal("what only going on with that training needs", report.Left.Single().Reason);
    }

    [Fact]
    public void A_published_run_is_exported_in_float32()
    {
        using var scope = NewDisposeScope();
        var check = SafetensorsExport.Write(run.Publish(Path.Combine(folder.Path, "published")), folder.File("e.safetensors"));
        Assert.Equal(0, check.Difference);
        Assert.All(
            Safetensors.Read(folder.File("e.safetensors")).Tensors.Values,
            t => Assert.True(t.dtype is ScalarType.Float32 or ScalarType.Int64)
        );
    }
}
