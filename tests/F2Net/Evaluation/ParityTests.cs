using System.Text.Json.Nodes;
using F2Net.Evaluation.Parity;
using F2Net.Losses;
using F2Net.Tests.Cli;
using F2Net.Weights;
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

        Assert.Equal(7, results.Count);
        Assert.All(results, r => Assert.Equal("", r.Message));
        Assert.All(results, r => Assert.InRange(r.OutputError, 0, r.OutputTolerance));
        Assert.All(results, r => Assert.InRange(r.GradientError, 0, r.GradientTolerance));
    }

    [Fact]
    public void Every_case_is_within_its_tolerance_by_tensor_operators_alone()
    {
        // As on arm64: without vectors of eight no kernel takes anything.
        var (code, output, error) = CommandLine.Invoke(["parity", Golden], ("DOTNET_EnableAVX", "0"));
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public void Leaves_no_tensor_behind()
    {
        var before = LiveTensors.Count();
        Assert.Equal(7, ParityRunner.Run(Golden).Count());
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Compares_every_stored_output_gradient_and_running_statistic()
    {
        using var scope = NewDisposeScope();
        foreach (var result in ParityRunner.Run(Golden))
        {
            var stored = Safetensors.Read(Path.Combine(Golden, result.Name + ".safetensors")).Tensors.Keys;
            Assert.Equal(
                stored.Count(n => n.StartsWith("output.") || n.StartsWith("grad") || n.StartsWith("buffer_after.")),
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
    public void An_output_that_is_not_a_number_fails()
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
        var result = RunWith("cross_scan", tensors: t => t.Keys.Where(n => n.StartsWith("output.")).ToList().ForEach(n => t.Remove(n)));
        Assert.Equal("It stores nothing to compare.", result.Message);
    }

    [Fact]
    public void A_gradient_of_something_that_does_not_exist_fails() =>
        Assert.Equal(
            "It wants the gradient 'proj_x.weight', which this module does not have.",
            RunWith("cfal_small", tensors: t => t["grad.proj_x.weight"] = ones(1)).Message
        );

    [Fact]
    public void Takes_generated_weights_and_gradients_stored_as_samples_and_sums()
    {
        Assert.Equal("", RunGenerated(_ => { }).Message);
        Assert.StartsWith("gradsample.proj_m.weight is off by ", RunGenerated(t => t["gradsample.proj_m.weight"][255] *= 3).Message);
        for (var i = 0; i < 3; i++)
            Assert.StartsWith("gradstat.proj_m.weight is off by ", RunGenerated(t => t["gradstat.proj_m.weight"][i] += 0.1).Message);
    }

    [Fact]
    public void A_folder_without_a_manifest_is_the_callers_mistake() =>
        Assert.Equal(
            $"{Path.Combine(folder, "manifest.json")} does not exist; name a folder of reference vectors.",
            Assert.Throws<UserException>(() => ParityRunner.Run(folder)).Message
        );

    [Fact]
    public void A_manifest_without_cases_and_one_that_cannot_be_read_are_the_callers_mistake()
    {
        var manifest = Path.Combine(folder, "manifest.json");
        File.WriteAllText(manifest, """{"cases": null}""");
        Assert.Equal(
            $"{manifest} is no manifest of reference vectors: it should be JSON with an object 'cases'.",
            Assert.Throws<UserException>(() => ParityRunner.Run(folder)).Message
        );
        using (File.Open(manifest, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(
                $"{manifest} cannot be read; check the path.",
                Assert.Throws<UserException>(() => ParityRunner.Run(folder)).Message
            );
    }

    [Fact]
    public void The_generator_gives_the_numbers_of_its_self_test()
    {
        Assert.Equal(4547563048033944495UL, GeneratedValues.Hash("7:proj_sl.weight"));
        Assert.Equal(
            [0.5501880645751953f, 0.2937138080596924f, -0.43796586990356445f, 0.3860793113708496f],
            GeneratedValues.Draw(7, "proj_sl.weight", 4)
        );
    }

    [Fact]
    public void Tells_the_layers_of_three_convolution_branches_by_their_kernels()
    {
        var result = RunWith(
            "cfbl_toy_linear",
            c => c["kind"] = "CrossFrequencyBalanceToyConv",
            t =>
            {
                t.Clear();
                var branches = Enumerable
                    .Range(0, 3)
                    .Select(_ => nn.Sequential(nn.Conv2d(3, 4, 3, padding: 1L), nn.GELU(), nn.Conv2d(4, 4, 1)))
                    .ToArray();
                var head = nn.Conv2d(12, 3, 1);
                (t["input.x"], t["input.y"]) = (randn(2, 3, 5, 7), randint(0, 3, [2, 5, 7], dtype: ScalarType.Int64));
                var maps = branches.Select(b => b.call(t["input.x"])).ToArray();
                t["output.ce"] = nn.functional.cross_entropy(head.call(cat([maps[0], maps[1], maps[2].tanh()], 1)), t["input.y"]);
                t["output.ce"].backward();

                foreach (var (branch, name) in branches.Zip(["high", "short", "long"]))
                foreach (var (key, parameter) in branch.named_parameters())
                    (t[$"param.{name}.{key}"], t[$"grad.ce.{name}.{key}"]) = (parameter, parameter.grad!);
                (t["param.head.weight"], t["param.head.bias"]) = (head.weight!, head.bias!);
                var norms = branches
                    .Select(b => Math.Sqrt(b.named_parameters().Where(p => p.name[0] == '2').Sum(p => SumOfSquares(p.parameter.grad!))))
                    .ToArray();
                t["output.norms"] = tensor(norms);
                t["output.cfbl"] = tensor(norms.Sum(n => Math.Abs(n - norms.Average())));
            }
        );
        Assert.Equal("", result.Message);
        Assert.Equal(3 + 12, result.Compared);
    }

    private static double SumOfSquares(Tensor tensor) => tensor.data<float>().ToArray().Sum(g => (double)g * g);

    /// <summary>CFAL with generated weights against its own gradient in the short forms, written out here element by element.</summary>
    private ParityResult RunGenerated(Action<Dictionary<string, Tensor>> change) =>
        RunWith(
            "cfal_small",
            c =>
            {
                (c["seed"], c["weights"]) = (3, "generated");
                c["args"]!["embed_dim"] = 300;
                c["generated_tensors"] = JsonNode.Parse(
                    """
                    {"proj_sl.weight": [[300, 6, 1, 1], 0.5, 0], "proj_sl.bias": [[300], 0.125, 0.25],
                     "proj_m.weight": [[300, 10, 1, 1], 0.5, 0], "proj_m.bias": [[300], 0.125, 0]}
                    """
                );
            },
            t =>
            {
                var loss = new CrossFrequencyAlignmentLoss(6, 10, 300);
                using (no_grad())
                    foreach (var (name, parameter) in loss.named_parameters())
                        parameter.copy_(
                            GeneratedValues.Draw(
                                3,
                                name,
                                parameter.shape,
                                parameter.ndim == 4 ? 0.5 : 0.125,
                                name == "proj_sl.bias" ? 0.25 : 0
                            )
                        );
                var value = loss.call(t["input.f_sl"], t["input.f_m"]);
                (value * t["input.w_loss"]).backward();
                var gradient = loss.get_parameter("proj_m.weight")!.grad!.data<float>().ToArray();

                foreach (var name in t.Keys.Where(n => n.StartsWith("param.") || n.StartsWith("grad.")).ToList())
                    t.Remove(name);
                t["output.loss"] = value.detach();
                t["gradsample.proj_m.weight"] = tensor(Enumerable.Range(0, 256).Select(i => gradient[i * 3000 / 256]).ToArray());
                var v = GeneratedValues.Draw(3, "dot.proj_m.weight", 3000);
                t["gradstat.proj_m.weight"] = tensor(
                    new[]
                    {
                        Math.Sqrt(gradient.Sum(g => (double)g * g)),
                        gradient.Sum(g => (double)g),
                        gradient.Zip(v, (g, w) => (double)g * w).Sum(),
                    }
                );
                change(t);
            }
        );

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
