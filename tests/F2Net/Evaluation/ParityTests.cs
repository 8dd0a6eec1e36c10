using System.Text.Json.Nodes;
using F2Net.Evaluation.Parity;
using F2Net.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Evaluation;

public sealed class ParityTests : IDisposable
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "golden");

    private readonly string folder = Directory.CreateTempSubdirectory("parity-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_case_carried_here_is_within_its_tolerance()
    {
        var results = ParityRunner.Run(Golden).ToList();

        Assert.Equal(6, results.Count);
        Assert.All(results, r => Assert.Equal("", r.Message));
        Assert.All(results, r => Assert.InRange(r.OutputError, 0, r.OutputTolerance));
        Assert.All(results, r => Assert.InRange(r.GradientError, 0, r.GradientTolerance));
    }

    [Fact]
    public void Compares_every_stored_output_gradient_and_running_statistic()
    {
        using var scope = NewDisposeScope();
        foreach (var result in ParityRunner.Run(Golden))
        {
            var stored = Safetensors.Read(Path.Combine(Golden, result.Name + ".safetensors")).Tensors.Keys;
            Assert.Equal(
                stored.Count(n => n.StartsWith("output.") || n.StartsWith("grad.") || n.StartsWith("buffer_after.")),
                result.Compared
            );
        }
    }

    [Theory]
    [InlineData("hff_small_down", "output.y", "output.y is off by ")]
    [InlineData("hff_small_down", "grad.att_b.0.weight", "grad.att_b.0.weight is off by ")]
    [InlineData("hff_small_down", "grad.input.b", "grad.input.b is off by ")]
    [InlineData("basicblock_d4_train", "buffer_after.bn1.running_var", "buffer_after.bn1.running_var is off by ")]
    [InlineData("basicblock_d4_train", "buffer_after.bn2.num_batches_tracked", "buffer_after.bn2.num_batches_tracked is off by ")]
    [InlineData("cfbl_toy_linear", "grad.cfbl.head.weight", "grad.cfbl.head.weight is off by ")]
    [InlineData("cfbl_toy_linear", "output.norms", "output.norms is off by ")]
    [InlineData("second_order_ss2d", "grad.op.A_logs", "grad.op.A_logs is off by ")]
    [InlineData("cross_scan", "output.merged", "output.merged is off by ")]
    public void A_reference_that_is_off_by_a_thousandth_fails(string name, string tensor, string message)
    {
        var result = RunWith(name, tensors: t => t[tensor] = t[tensor].to_type(ScalarType.Float64) * 1.001);
        Assert.False(result.Passed);
        Assert.StartsWith(message, result.Message);
    }

    [Fact]
    public void A_weight_that_is_not_a_number_fails()
    {
        var result = RunWith("cfal_small", tensors: t => t["input.f_m"] = t["input.f_m"] * double.NaN);
        Assert.Equal("output.loss is off by NaN where 1.0E-5 is allowed.", result.Message);
        Assert.Equal(double.NaN, result.OutputError);
    }

    [Fact]
    public void An_unknown_kind_fails() =>
        Assert.Equal("Its kind 'Mystery' is none that is known here.", RunWith("cfal_small", c => c["kind"] = "Mystery").Message);

    [Fact]
    public void An_unknown_argument_fails() =>
        Assert.Equal(
            "Its argument 'temperature' is none that CrossFrequencyAlignmentLoss knows.",
            RunWith("cfal_small", c => c["args"]!["temperature"] = 2).Message
        );

    [Fact]
    public void An_argument_of_the_wrong_type_fails() =>
        Assert.Equal(
            "Its argument 'embed_dim' should be a whole number but is \"12\".",
            RunWith("cfal_small", c => c["args"]!["embed_dim"] = "12").Message
        );

    [Fact]
    public void An_unknown_mode_fails() =>
        Assert.Equal("Its mode 'sleep' is neither train, eval nor -.", RunWith("cfal_small", c => c["mode"] = "sleep").Message);

    [Fact]
    public void A_missing_file_fails()
    {
        var result = RunWith("cfal_small", c => c["file"] = "gone.safetensors");
        Assert.Equal($"{Path.Combine(folder, "gone.safetensors")} does not exist; check the path.", result.Message);
    }

    [Fact]
    public void A_case_built_with_other_arguments_than_its_weights_fails() =>
        Assert.Equal(
            "proj_sl.weight has shape [12, 6, 1, 1] in cfal_small.safetensors but [13, 6, 1, 1] in this network; use the configuration it was trained with.",
            RunWith("cfal_small", c => c["args"]!["embed_dim"] = 13).Message
        );

    [Fact]
    public void A_tensor_with_an_unknown_prefix_fails() =>
        Assert.EndsWith(
            "holds 'hessian.x', whose prefix has no meaning here.",
            RunWith("cfal_small", tensors: t => t["hessian.x"] = ones(1)).Message
        );

    [Fact]
    public void An_input_that_nobody_reads_fails() =>
        Assert.Equal(
            "Its 'input.mask' is none that CrossFrequencyAlignmentLoss knows.",
            RunWith("cfal_small", tensors: t => t["input.mask"] = ones(1)).Message
        );

    [Fact]
    public void A_case_that_stores_nothing_to_compare_fails()
    {
        var result = RunWith("cross_scan", tensors: t => (t.Remove("output.xs"), t.Remove("output.merged")));
        Assert.Equal("It stores nothing to compare.", result.Message);
    }

    [Fact]
    public void A_gradient_of_something_that_does_not_exist_fails() =>
        Assert.Equal(
            "It wants the gradient 'proj_x.weight', which this module does not have.",
            RunWith("cfal_small", tensors: t => t["grad.proj_x.weight"] = ones(1)).Message
        );

    [Fact]
    public void Generated_weights_and_sampled_gradients_give_what_stored_ones_give()
    {
        var result = RunWith(
            "cfal_small",
            c =>
            {
                c["weights"] = "generated";
                c["generated_tensors"] = JsonNode.Parse(
                    """
                    {"proj_sl.weight": [[12, 6, 1, 1], 0.5, 0], "proj_sl.bias": [[12], 0.125, 0],
                     "proj_m.weight": [[12, 10, 1, 1], 0.5, 0], "proj_m.bias": [[12], 0.125, 0]}
                    """
                );
            },
            t =>
            {
                // Wrong on purpose: the generated ones have to win, and then the stored gradient of other weights cannot fit.
                t["gradstat.input.f_m"] = zeros(3);
            }
        );
        Assert.StartsWith("output.loss is off by ", result.Message);
    }

    [Fact]
    public void A_folder_without_a_manifest_is_the_callers_mistake() =>
        Assert.Equal(
            $"{Path.Combine(folder, "manifest.json")} does not exist; name a folder of reference vectors.",
            Assert.Throws<UserException>(() => ParityRunner.Run(folder)).Message
        );

    [Fact]
    public void The_generator_gives_the_numbers_of_its_self_test()
    {
        Assert.Equal(4547563048033944495UL, GeneratedValues.Hash("7:proj_sl.weight"));
        Assert.Equal(
            [0.5501880645751953f, 0.2937138080596924f, -0.43796586990356445f, 0.3860793113708496f],
            GeneratedValues.Draw(7, "proj_sl.weight", 4)
        );
    }

    /// <summary>Runs one of the carried cases after its description and its tensors have been changed.</summary>
    private ParityResult RunWith(string name, Action<JsonNode>? description = null, Action<Dictionary<string, Tensor>>? tensors = null)
    {
        using var scope = NewDisposeScope();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden, "manifest.json")))!;
        var changed = manifest["cases"]![name]!.DeepClone();
        description?.Invoke(changed);
        manifest["cases"] = new JsonObject { [name] = changed };
        File.WriteAllText(Path.Combine(folder, "manifest.json"), manifest.ToJsonString());

        var content = new Dictionary<string, Tensor>(Safetensors.Read(Path.Combine(Golden, name + ".safetensors")).Tensors);
        tensors?.Invoke(content);
        Safetensors.Write(Path.Combine(folder, name + ".safetensors"), content);
        return ParityRunner.Run(folder).Single();
    }
}
