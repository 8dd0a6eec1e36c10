using System.Globalization;
using System.Text.Json;
using F2Net.Data;
using F2Net.Data.Sampling;
using F2Net.Model;
using F2Net.Weights;
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
    /// <exception cref="UserException">
    /// The folder already holds a run, or cannot be written to, or the recipe, the data or the weights that the recipe starts from do not fit; nothing
    /// is written then.
    /// </exception>
    public static RunFolder Create(string path, F2NetConfig network, TrainingRecipe recipe, PreparedDataSet dataSet)
    {
        Check(network, recipe, dataSet);
        return Create(path, network, recipe, new RunData(dataSet.Info, dataSet.Split("train").ClassCounts));
    }

    // What could not be trained, before anything is written or taken away.
    private static void Check(F2NetConfig network, TrainingRecipe recipe, PreparedDataSet dataSet)
    {
        recipe.Validate("The recipe");
        recipe.CheckLosses();
        recipe.CheckContext(network);
        recipe.CheckNorms(network);
        StartingWeights.Check(recipe.Weights, network);
        CropSampler.Check(dataSet.Split("train"), recipe.Sampling);
    }

    private static RunFolder Create(string path, F2NetConfig network, TrainingRecipe recipe, RunData data)
    {
        var run = new RunFolder(path, network, recipe, data);
        if (File.Exists(run.File_("recipe.json")) || run.HasCheckpoint || File.Exists(run.HistoryFile))
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
    /// Opens the run in a folder when it is one of this network, recipe and data, begun or finished; otherwise starts anew, in place of
    /// whatever run was there.
    /// </summary>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static RunFolder Continue(string path, F2NetConfig network, TrainingRecipe recipe, PreparedDataSet dataSet)
    {
        if (File.Exists(System.IO.Path.Combine(path, "recipe.json")))
        {
            if (
                OpenIntact(path) is { } run
                && JsonFile.Same(run.Network, network)
                && JsonFile.Same(run.Recipe, recipe)
                && JsonFile.Same(run.DataSet, dataSet.Info)
                && run.HasLabelsOf(dataSet)
            )
                return run;
            Check(network, recipe, dataSet);
            Directory.Delete(path, recursive: true);
        }
        return Create(path, network, recipe, dataSet);
    }

    /// <summary>Says whether a data set has the classes that the run was trained on, in their order.</summary>
    /// <exception cref="UserException">It has others.</exception>
    public void CheckClasses(DataSetInfo info)
    {
        if (info.IgnoreIndex != DataSet.IgnoreIndex || !info.Classes.Select(c => c.Name).SequenceEqual(DataSet.Classes.Select(c => c.Name)))
            throw new UserException(
                $"{Path} is of {Labels(DataSet)}, the data set of {Labels(info)}; give a data set of the run's classes."
            );

        static string Labels(DataSetInfo set) =>
            $"{string.Join(", ", set.Classes.Select(c => c.Name))} (ignore index {set.IgnoreIndex.ToString(CultureInfo.InvariantCulture)})";
    }

    /// <summary>The same for going on with the training: the train split must be labelled as it was.</summary>
    /// <exception cref="UserException">It has other classes, or more or fewer pixels of one.</exception>
    internal void CheckData(PreparedDataSet dataSet)
    {
        CheckClasses(dataSet.Info);
        if (!HasLabelsOf(dataSet))
            throw new UserException(
                $"{Path} was begun with other masks of train than the data set's now; give the data it was begun with, or start anew."
            );
    }

    private bool HasLabelsOf(PreparedDataSet dataSet) => ClassCounts.SequenceEqual(dataSet.Split("train").ClassCounts);

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
        return Model(Network, Group(content, NetworkGroup), file);
    }

    /// <summary>Builds a network with weights that were read, in evaluation mode.</summary>
    /// <exception cref="UserException">They do not fit the network.</exception>
    internal static F2NetModel Model(F2NetConfig network, IReadOnlyDictionary<string, Tensor> weights, string file)
    {
        var model = new F2NetModel(network);
        ModuleState.Load(model.state_dict(), weights, file);
        model.eval();
        return model;
    }

    /// <summary>
    /// Writes the run to another folder, whole or not at all, in place of a run that is there, with all that its network's use takes and nothing that only
    /// training needs: matrices and kernels in half precision, vectors (norms and their statistics) as they are.
    /// </summary>
    /// <exception cref="UserException">There is no checkpoint, or the folder holds something else, or cannot be written to.</exception>
    public RunFolder Publish(string path)
    {
        if (System.IO.Path.GetFullPath(path) == System.IO.Path.GetFullPath(Path))
            throw new UserException($"{path} is the run itself; choose another folder to publish it in.");
        if (
            Directory.Exists(path)
            && Directory.EnumerateFileSystemEntries(path).Any()
            && !File.Exists(System.IO.Path.Combine(path, "recipe.json"))
        )
            throw new UserException($"{path} holds something else than a run; choose an empty folder, or one that a run was published in.");
        using var scope = NewDisposeScope();
        var (iteration, content, _) = ReadCheckpoint();
        var weights = Group(content, NetworkGroup)
            .ToDictionary(t => t.Key, t => t.Value.shape.Length > 1 ? t.Value.to(ScalarType.Float16) : t.Value, StringComparer.Ordinal);
        var partial = path.TrimEnd('/') + ".partial";
        Remove(partial);
        var published = Create(partial, Network, Recipe, new RunData(DataSet, ClassCounts));
        if (File.Exists(HistoryFile))
            OutputFile.Write(published.HistoryFile, copy => File.Copy(HistoryFile, copy, overwrite: true));
        published.WriteCheckpoint(iteration, new Dictionary<string, IReadOnlyDictionary<string, Tensor>> { [NetworkGroup] = weights });
        Remove(path);
        Directory.Move(partial, path);
        return Open(path);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Takes the run for one trainer until disposed of; a process that died holds nothing.</summary>
    /// <exception cref="UserException">Another process trains it, or the folder cannot be written to.</exception>
    internal IDisposable Take() =>
        LockFile.Take(File_(".lock")) ?? throw new UserException($"{Path} is being trained by another process; wait for it, or stop it.");

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

    /// <summary>The path of the last checkpoint's safetensors file.</summary>
    /// <exception cref="UserException">There is none yet.</exception>
    public string CheckpointFile => File_(Checkpoint.Weights);

    /// <summary>The last checkpoint's tensors under "group/name"; they belong to the caller's dispose scope.</summary>
    /// <exception cref="UserException">There is none, or it is damaged.</exception>
    internal (int Iteration, IReadOnlyDictionary<string, Tensor> Content, string File) ReadCheckpoint()
    {
        var (iteration, weights) = Checkpoint;
        var file = File_(weights);
        return (iteration, Safetensors.Read(file).Tensors, file);
    }

    private CheckpointInfo Checkpoint =>
        HasCheckpoint
            ? JsonFile.Read<CheckpointInfo>(CheckpointJson)
            : throw new UserException($"{Path} has no checkpoint yet; train it for at least one step.");

    internal static IReadOnlyDictionary<string, Tensor> Group(IReadOnlyDictionary<string, Tensor> content, string group) =>
        content
            .Where(t => t.Key.StartsWith(group + "/", StringComparison.Ordinal))
            .ToDictionary(t => t.Key[(group.Length + 1)..], t => t.Value, StringComparer.Ordinal);

    /// <summary>The records of every step so far.</summary>
    public IReadOnlyList<TrainingRecord> History() =>
        [.. HistoryLines().Select(line => JsonSerializer.Deserialize<TrainingRecord>(line, JsonFile.Options)!)];

    /// <exception cref="UserException">The folder cannot be written to, or the disk is full.</exception>
    internal void Append(TrainingRecord record)
    {
        try
        {
            File.AppendAllText(HistoryFile, JsonFile.Line(record) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritable(HistoryFile, e);
        }
    }

    /// <summary>Forgets records after a checkpoint, so that a resumed run writes them again.</summary>
    internal void CutHistory(int iteration)
    {
        if (File.Exists(HistoryFile))
            OutputFile.Write(
                HistoryFile,
                partial => File.WriteAllText(partial, string.Concat(HistoryLines().Take(iteration).Select(l => l + "\n")))
            );
    }

    // A line that a full disk or a lost process cut short has no end, and is none.
    private IEnumerable<string> HistoryLines() => File.Exists(HistoryFile) ? File.ReadAllText(HistoryFile).Split('\n').SkipLast(1) : [];

    private string File_(string name) => System.IO.Path.Combine(Path, name);

    private sealed record CheckpointInfo(int Iteration, string Weights);

    // What a run keeps of its data set, so that its weights can be used where the data is not.
    private sealed record RunData(DataSetInfo Info, IReadOnlyList<long> ClassCounts);
}
