using System.Globalization;
using F2Net.Data.Pictures;
using F2Net.Data.Sampling;
using F2Net.Losses;
using F2Net.Model;

namespace F2Net.Training;

/// <summary>Which optimiser a recipe asks for.</summary>
public enum OptimizerKind
{
    Sgd,
    AdamW,
}

/// <summary>
/// Everything that decides a training run besides the network and the data. Defaults are the paper's: SGD with momentum 0.9, rate
/// 1e-3, polynomial decay of power 0.9, batch 8, λ = (0.1, 0.1, 1). What the paper leaves open is marked.
/// </summary>
public sealed record TrainingRecipe
{
    /// <summary>Optimiser steps: 80,000 for DeepGlobe and 40,000 for Inria in the paper.</summary>
    public int Iterations { get; init; } = 80_000;

    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    public double LearningRate { get; init; } = 1e-3;

    public double Momentum { get; init; } = 0.9;

    /// <summary>Not stated in the paper.</summary>
    public double WeightDecay { get; init; }

    /// <summary>η(t) = η₀ (1 − t / T)^power.</summary>
    public double Power { get; init; } = 0.9;

    /// <summary>Steps over which the rate rises linearly to its start; 0 in the paper.</summary>
    public int WarmUp { get; init; }

    /// <summary>The largest L2 norm of all gradients together, or null for none (the paper).</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Batches whose gradients are averaged into one step; 2 of 4 crops are the paper's batch of 8 on a machine that holds fewer.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Whether the losses' weights are fixed (the paper) or learned from where they start here.</summary>
    public LossWeighting LossWeighting { get; init; } = LossWeighting.Fixed;

    /// <summary>λ of the alignment loss, the balance loss and cross-entropy (Eq. 18).</summary>
    public double AlignmentWeight { get; init; } = 0.1;

    public double BalanceWeight { get; init; } = 0.1;

    public double TaskWeight { get; init; } = 1;

    /// <summary>Which parameters of a branch enter the balance loss.</summary>
    public BalanceScope BalanceScope { get; init; } = BalanceScope.FinalBlocks;

    /// <summary>Cross-entropy weighs class c by share_c^−power, normalised to a mean of one over pixels; 0 in the paper.</summary>
    public double ClassWeightPower { get; init; }

    /// <summary>
    /// How much of the log class weights is taken off the logits when predicting: weights make a network over-call rare classes.
    /// 0 for none (the paper), 1 for all.
    /// </summary>
    public double WeightCorrection { get; init; }

    public CropOptions Sampling { get; init; } = new();

    /// <summary>
    /// Files of weights that the network starts from, each any part of it (see <see cref="Weights.Import.WeightImport"/>); what none names starts as it
    /// is initialised. The paper starts its ResNet-18 and ViT-tiny from ImageNet-1K.
    /// </summary>
    public IReadOnlyList<StartingWeights> Weights { get; init; } = [];

    public int Seed { get; init; } = 1;

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>For the Nano network on two cores: minutes, not days.</summary>
    public static TrainingRecipe Nano =>
        new()
        {
            Iterations = 840,
            Optimizer = OptimizerKind.AdamW,
            LearningRate = 2e-3,
            WeightDecay = 0.01,
            WarmUp = 20,
            ClipNorm = 5,
            ClassWeightPower = 0.5,
            Sampling = new()
            {
                CropSize = 384,
                BatchSize = 2,
                LargeCropEvery = 6,
                LargeCropSize = 768,
                ContextSizes = [1224],
                ContextBudget = 128,
            },
            CheckpointEvery = 50,
        };

    /// <summary>The learning rate of a step, 0 ≤ step &lt; Iterations.</summary>
    public double RateAt(int step)
    {
        var rise = WarmUp > 0 ? Math.Min(1, (step + 1.0) / WarmUp) : 1;
        return LearningRate * rise * Math.Pow(1 - (double)step / Iterations, Power);
    }

    /// <summary>The cross-entropy's weight of each class, from its pixels in the train split; a class without any gets 0.</summary>
    public IReadOnlyList<double> ClassWeights(IReadOnlyList<long> classCounts)
    {
        double total = classCounts.Sum();
        var raw = classCounts.Select(n => n == 0 ? 0 : Math.Pow(n / total, -ClassWeightPower)).ToArray();
        var mean = classCounts.Zip(raw, (n, w) => n / total * w).Sum();
        return [.. raw.Select(w => w / mean)];
    }

    /// <summary>The total loss that this recipe asks for.</summary>
    public F2NetLossOptions Losses(IReadOnlyList<long> classCounts, int ignoreIndex) =>
        new()
        {
            Weighting = LossWeighting,
            Alignment = AlignmentWeight,
            Balance = BalanceWeight,
            CrossEntropy = TaskWeight,
            BalanceScope = BalanceScope,
            ClassWeights = ClassWeightPower == 0 ? null : ClassWeights(classCounts),
            IgnoreIndex = ignoreIndex,
        };

    /// <summary>What a predictor adds to each class's logit to take the weights' over-calling back: −correction · log weight; null for none.</summary>
    public IReadOnlyList<double>? LogitOffsets(IReadOnlyList<long> classCounts) =>
        WeightCorrection == 0 ? null : [.. ClassWeights(classCounts).Select(w => w == 0 ? 0 : -WeightCorrection * Math.Log(w))];

    /// <summary>Reads a recipe; keys that are absent keep their defaults.</summary>
    /// <exception cref="UserException">The file is missing, no JSON, names something unknown, or a value is out of range.</exception>
    public static TrainingRecipe Read(string path)
    {
        var recipe = JsonFile.Read<TrainingRecipe>(path);
        recipe.Validate(path);
        return recipe;
    }

    /// <summary>Says whether a run can be trained by it.</summary>
    /// <param name="where">Where it stands, for the message.</param>
    /// <exception cref="UserException">A value is out of range.</exception>
    internal void Validate(string where)
    {
        (string Key, double Value, double Least)[] bounds =
        [
            ("iterations", Iterations, 1),
            ("accumulation", Accumulation, 1),
            ("checkpointEvery", CheckpointEvery, 1),
            ("warmUp", WarmUp, 0),
            ("learningRate", LearningRate, 0),
            ("weightDecay", WeightDecay, 0),
            ("alignmentWeight", AlignmentWeight, 0),
            ("balanceWeight", BalanceWeight, 0),
            ("taskWeight", TaskWeight, 0),
            ("sampling.batchSize", Sampling.BatchSize, 1),
            ("sampling.cropSize", Sampling.CropSize, F2NetModel.MinimumSize),
            ("sampling.largeCropSize", Sampling.LargeCropSize, F2NetModel.MinimumSize),
            ("sampling.largeCropEvery", Sampling.LargeCropEvery, 0),
            ("sampling.nearRare", Sampling.NearRare, 0),
            ("sampling.jitter", Sampling.Jitter, 0),
            ("sampling.contextBudget", Sampling.ContextBudget, 1),
        ];
        foreach (var (key, value, least) in bounds)
            if (!(value >= least))
                throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{where}: {key} is {value}; give {least} or more."));
        if (ClipNorm is not (null or > 0))
            throw new UserException(
                string.Create(CultureInfo.InvariantCulture, $"{where}: clipNorm is {ClipNorm}; give more than 0, or null for none.")
            );
        if (Weights.Any(file => file is null))
            throw new UserException($"{where}: weights has a null in place of a file; name the file, or take the null out.");
        CheckBatch(where);
    }

    // The images of a batch are one tensor, filled through a span, which has 2 GiB at most.
    private void CheckBatch(string where)
    {
        Check(
            Sampling.BatchSize,
            Sampling.CropSize,
            "make sampling.cropSize or sampling.batchSize smaller (accumulation makes up for smaller batches)"
        );
        if (Sampling.LargeCropEvery > 0)
            Check(1, Sampling.LargeCropSize, "make sampling.largeCropSize smaller");

        void Check(int crops, int side, string cure)
        {
            if ((double)crops * side * side * Picture.Channels * sizeof(float) > int.MaxValue)
                throw new UserException($"{where}: a batch of {crops} x {side} x {side} pixels takes more than 2 GiB; {cure}.");
        }
    }

    /// <exception cref="UserException">Weights of losses that are to be learned start where none can be learned from.</exception>
    internal void CheckLosses()
    {
        if (LossWeighting == LossWeighting.Learned)
            LearnedLossWeighting.Check(new(AlignmentWeight, BalanceWeight, TaskWeight));
    }

    /// <exception cref="UserException">The fused features of a batch have one value a channel, which has no variance.</exception>
    internal void CheckNorms(F2NetConfig network)
    {
        // Of F: that of the branch with the most positions.
        var stride = network
            .Branches.Select(branch =>
                branch switch
                {
                    Branch.Short => 8 / network.ShortScale,
                    Branch.Long => network.LongRangeTokens is null ? network.LongPatch / network.LongScale : 16,
                    _ => (network.HighEncoder == HighEncoderKind.Shallow ? 8 : 32) / network.HighScale,
                }
            )
            .Min();
        if (Sampling.BatchSize == 1 && Sampling.CropSize <= stride)
            throw Alone(Sampling.CropSize, $"sampling.batchSize at least 2, or sampling.cropSize larger than {stride}");
        if (Sampling.LargeCropEvery > 0 && Sampling.LargeCropSize <= stride)
            throw Alone(Sampling.LargeCropSize, $"sampling.largeCropSize larger than {stride}");

        static UserException Alone(int size, string cure) =>
            new(
                $"A batch of one crop of {size} pixels is one position of the network's fused features, too few for batch norm; make {cure}."
            );
    }

    /// <exception cref="UserException">Contexts are larger than the network's token budget, or smaller than a token.</exception>
    internal void CheckContext(F2NetConfig network)
    {
        if (Sampling.ContextSizes.Count == 0 || !network.Has(Branch.Long) || network.LongRangeTokens * network.LongPatch is not { } budget)
            return;
        var crop = Sampling.LargeCropEvery > 0 ? Math.Max(Sampling.CropSize, Sampling.LargeCropSize) : Sampling.CropSize;
        var context = Math.Min(Sampling.ContextBudget, Math.Max(Sampling.ContextSizes.Max(), crop));
        if (context > budget)
            throw new UserException(
                $"The recipe's contexts have {context} pixels a side, more than the network's {budget} (longRangeTokens x longPatch); set sampling.contextBudget to {budget}."
            );
        // Crops, and so all contexts before they are reduced, are no smaller than a patch.
        if (Sampling.ContextBudget < network.LongPatch)
            throw new UserException(
                $"The recipe's contexts have {Sampling.ContextBudget} pixels a side, fewer than one patch of the network's (longPatch {network.LongPatch}); set sampling.contextBudget to {network.LongPatch} or more."
            );
    }
}
