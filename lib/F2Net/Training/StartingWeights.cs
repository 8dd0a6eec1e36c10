using F2Net.Losses;
using F2Net.Model;
using F2Net.Weights;
using F2Net.Weights.Checkpoints;
using static TorchSharp.torch;

namespace F2Net.Training;

/// <summary>A file of weights that a run started from.</summary>
/// <param name="File">Its path; a run that has begun needs it no more.</param>
/// <param name="Sha256">What the file held, in hexadecimal.</param>
public sealed record StartingWeights(string File, string Sha256)
{
    /// <summary>The file as it is now.</summary>
    /// <exception cref="UserException">It is missing or unreadable.</exception>
    public static StartingWeights Of(string path) => new(path, FileHash.Sha256(path));

    /// <summary>Tries files on a network of a configuration.</summary>
    /// <exception cref="UserException">One of them does not fit.</exception>
    internal static void Check(IReadOnlyList<StartingWeights> files, F2NetConfig network)
    {
        if (files.Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var model = new F2NetModel(network);
        using var loss = new F2NetLoss(model);
        Load(files, model, loss);
    }

    /// <summary>Copies what all files hold over the weights of a network and its loss, the later ones over the earlier.</summary>
    /// <exception cref="UserException">A file is missing or another one by now, or holds a weight that does not fit.</exception>
    internal static void Load(IReadOnlyList<StartingWeights> files, F2NetModel model, F2NetLoss loss)
    {
        var targets = model.state_dict().Concat(loss.state_dict()).ToDictionary(StringComparer.Ordinal);
        foreach (var file in files)
            file.Load(targets);
    }

    private void Load(Dictionary<string, Tensor> targets)
    {
        if (FileHash.Sha256(File) != Sha256)
            throw new UserException(
                $"{File} is not the file that the recipe names: its SHA-256 differs from {Sha256}; find that file, or correct the recipe."
            );
        using var scope = NewDisposeScope();
        if (TorchCheckpoint.Recognises(File))
            throw new UserException($"{File} is a file of torch.save; {ImportFirst}.");
        var weights = Safetensors.Read(File).Tensors;
        if (weights.Keys.FirstOrDefault(name => !targets.ContainsKey(name)) is { } foreign)
            throw new UserException(
                $"{File} holds '{foreign}', which this network does not have; choose the network it is for, or {ImportFirst}."
            );
        ModuleState.LoadSome(targets, weights, File);
    }

    private string ImportFirst => $"bring it into the network's names first: f2net weights import {File} --for PART --out NEW.safetensors";
}
