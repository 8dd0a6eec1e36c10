using System.Text.Json;
using F2Net.Data;
using F2Net.Model;
using F2Net.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>
/// A training run on disk: network.json, recipe.json, data.json, history.jsonl (a record a step), checkpoint.json and the
/// safetensors file it names. checkpoint.json is renamed into place last, so an interruption leaves the older checkpoint whole.
/// </summary>
public sealed class RunFolder
{
    internal const string NetworkGroup = "network",
        LossGroup = "loss",
        OptimizerGroup = "optimizer",
        GeneratorGroup = "generator";

    private RunFolder(string path, F2NetConfig network, TrainingRecipe recipe, RunData data) =>
        (Path, Network, Recipe, DataSet, ClassCounts) = (path, network, recipe, data.Info, data.ClassCounts);

    public string Path { get; }

    public F2NetConfig Network { get; }

    public TrainingRecipe Recipe { get; }

    public DataSetInfo DataSet { get; }

    /// <summary>Pixels of each class in the train split.</summary>
    public IReadOnlyList<long> ClassCounts { get; }

    public bool HasCheckpoint => File.Exists(CheckpointJson);

    private string CheckpointJson => File_("checkpoint.json");

    private string HistoryFile => File_("history.jsonl");

    /// <summary>Starts a run in an empty or new folder.</summary>
    /// <exception cref="UserException">The folder already holds a run, or cannot be written to.</exception>
    public static RunFolder Create(string path, F2NetConfig network, TrainingRecipe recipe, PreparedDataSet dataSet) =>
        Create(path, network, recipe, new RunData(dataSet.Info, dataSet.Split("train").ClassCounts));

    private static RunFolder Create(string path, F2NetConfig network, TrainingRecipe recipe, RunData data)
    {
        var run = new RunFolder(path, network, recipe, data);
        if (File.Exists(run.File_("recipe.json")))
            throw new UserException($"{path} already holds a training run; say --resume to continue it, or choose another folder.");
        JsonFile.Write(run.File_("network.json"), network);
        JsonFile.Write(run.File_("data.json"), data);
        JsonFile.Write(run.File_("recipe.json"), recipe);
        return run;
    }

    /// <summary>Opens a run.</summary>
    /// <exception cref="UserException">The folder holds none, or one of its files is damaged.</exception>
    public static RunFolder Open(string path)
    {
        if (!File.Exists(System.IO.Path.Combine(path, "recipe.json")))
            throw new UserException($"{path} holds no training run (recipe.json is missing); check the path, or train one first.");
        return new RunFolder(
            path,
            F2NetConfig.Read(System.IO.Path.Combine(path, "network.json")),
            TrainingRecipe.Read(System.IO.Path.Combine(path, "recipe.json")),
            JsonFile.Read<RunData>(System.IO.Path.Combine(path, "data.json"))
        );
    }

    /// <summary>
    /// Opens the run in a folder when it is one of this network and recipe, begun or finished; otherwise starts anew, in place of
    /// whatever run was there.
    /// </summary>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static RunFolder Continue(string path, F2NetConfig network, TrainingRecipe recipe, PreparedDataSet dataSet)
    {
        if (File.Exists(System.IO.Path.Combine(path, "recipe.json")))
        {
            if (OpenIntact(path) is { } run && JsonFile.Same(run.Network, network) && JsonFile.Same(run.Recipe, recipe))
                return run;
            Directory.Delete(path, recursive: true);
        }
        return Create(path, network, recipe, dataSet);
    }

    // A run of an older version, or one whose files are damaged, is no run to go on with.
    private static RunFolder? OpenIntact(string path)
    {
        try
        {
            return Open(path);
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>Builds the network with the run's last weights, in evaluation mode.</summary>
    /// <exception cref="UserException">There is no checkpoint yet, or it does not fit the network.</exception>
    public F2NetModel LoadModel()
    {
        using var scope = NewDisposeScope();
        var (_, content, file) = ReadCheckpoint();
        var model = new F2NetModel(Network);
        ModuleState.Load(model.state_dict(), Group(content, NetworkGroup), file);
        model.eval();
        return model;
    }

    /// <summary>
    /// Writes the run to another folder, in place of a run that is there, with all that its network's use takes and nothing that only
    /// training needs: matrices and kernels in half precision, vectors (norms and their statistics) as they are.
    /// </summary>
    /// <exception cref="UserException">There is no checkpoint, or the folder cannot be written to.</exception>
    public RunFolder Publish(string path)
    {
        using var scope = NewDisposeScope();
        var (iteration, content, _) = ReadCheckpoint();
        var weights = Group(content, NetworkGroup)
            .ToDictionary(t => t.Key, t => t.Value.shape.Length > 1 ? t.Value.to(ScalarType.Float16) : t.Value, StringComparer.Ordinal);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        var published = Create(path, Network, Recipe, new RunData(DataSet, ClassCounts));
        OutputFile.Write(published.HistoryFile, partial => File.Copy(HistoryFile, partial, overwrite: true));
        published.WriteCheckpoint(iteration, new Dictionary<string, IReadOnlyDictionary<string, Tensor>> { [NetworkGroup] = weights });
        return published;
    }

    /// <summary>Writes groups of tensors as the checkpoint after <paramref name="iteration"/> steps and drops the one before.</summary>
    internal void WriteCheckpoint(int iteration, IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> groups)
    {
        var before = HasCheckpoint ? JsonFile.Read<CheckpointInfo>(CheckpointJson).Weights : null;
        var info = new CheckpointInfo(iteration, $"checkpoint-{iteration:D6}.safetensors");
        var tensors = groups.SelectMany(g => g.Value.Select(t => ($"{g.Key}/{t.Key}", t.Value))).ToDictionary(StringComparer.Ordinal);
        Safetensors.Write(File_(info.Weights), tensors);
        JsonFile.Write(CheckpointJson, info);
        if (before is not null && before != info.Weights)
            File.Delete(File_(before));
    }

    /// <summary>The last checkpoint's tensors under "group/name"; they belong to the caller's dispose scope.</summary>
    /// <exception cref="UserException">There is none, or it is damaged.</exception>
    internal (int Iteration, IReadOnlyDictionary<string, Tensor> Content, string File) ReadCheckpoint()
    {
        if (!HasCheckpoint)
            throw new UserException($"{Path} has no checkpoint yet; train it for at least one step.");
        var info = JsonFile.Read<CheckpointInfo>(CheckpointJson);
        return (info.Iteration, Safetensors.Read(File_(info.Weights)).Tensors, File_(info.Weights));
    }

    internal static IReadOnlyDictionary<string, Tensor> Group(IReadOnlyDictionary<string, Tensor> content, string group) =>
        content
            .Where(t => t.Key.StartsWith(group + "/", StringComparison.Ordinal))
            .ToDictionary(t => t.Key[(group.Length + 1)..], t => t.Value, StringComparer.Ordinal);

    /// <summary>The records of every step so far.</summary>
    public IReadOnlyList<TrainingRecord> History() =>
        File.Exists(HistoryFile)
            ? [.. File.ReadLines(HistoryFile).Select(l => JsonSerializer.Deserialize<TrainingRecord>(l, JsonFile.Options)!)]
            : [];

    internal void Append(TrainingRecord record) => File.AppendAllText(HistoryFile, JsonFile.Line(record) + "\n");

    /// <summary>Forgets records after a checkpoint, so that a resumed run writes them again.</summary>
    internal void CutHistory(int iteration)
    {
        if (File.Exists(HistoryFile))
            OutputFile.Write(HistoryFile, partial => File.WriteAllLines(partial, File.ReadLines(HistoryFile).Take(iteration).ToArray()));
    }

    private string File_(string name) => System.IO.Path.Combine(Path, name);

    private sealed record CheckpointInfo(int Iteration, string Weights);

    // What a run keeps of its data set, so that its weights can be used where the data is not.
    private sealed record RunData(DataSetInfo Info, IReadOnlyList<long> ClassCounts);
}
