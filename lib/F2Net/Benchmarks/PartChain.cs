using F2Net.Model;
using F2Net.Model.Decompositions;
using F2Net.Model.LongRange;
using F2Net.Model.Strips;
using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>A part with its inputs, to be run alone as often as wanted.</summary>
/// <param name="Work">One run; the results are the caller's.</param>
/// <param name="Bytes">Of inputs, outputs and weights together.</param>
internal sealed record PartStep(NetworkPart Part, Func<Tensor[]> Work, long Bytes);

/// <summary>A network's parts one after the other, each on what those before it made of an image; without gradients, in the caller's scope.</summary>
internal sealed class PartChain(F2NetModel model, Tensor image)
{
    private Tensor[] results = [];

    /// <summary>The parts that the network has. A step must be used before the next is asked for.</summary>
    internal IEnumerable<PartStep> Steps()
    {
        var config = model.Config;
        var (height, width) = (image.shape[2], image.shape[3]);
        yield return Step(
            NetworkPart.Decomposition,
            (nn.Module)model.Decomposition,
            [image],
            () => [.. model.Decomposition.call(image).Bands]
        );
        var frequencies = new Frequencies(results[0], results[^1]) { Mid = results.Length == 3 ? results[1] : null };

        Tensor? shortFeatures = null,
            longFeatures = null,
            highFeatures = null;
        if (model.HighEncoder is { } high)
        {
            var input = Resize.By(frequencies.High, config.HighScale);
            yield return Step(NetworkPart.High, (nn.Module)high, [input], () => [high.call(input)]);
            highFeatures = results[0];
        }
        if (model.ShortRangeBranch is { } shortRange)
        {
            var input = Resize.By(frequencies.ShortRange, config.ShortScale);
            yield return Step(NetworkPart.Short, shortRange, [input], () => [shortRange.call(input)]);
            shortFeatures = results[0];
        }
        if (model.LongEncoder is { } longRange)
        {
            Tensor View() => model.LongRangeView.Input(image, frequencies.Low, null);
            var splits = model.LongRangeView is TokenBudget;
            var input = splits ? image : View();
            yield return Step(
                NetworkPart.Long,
                (nn.Module)longRange,
                [input],
                () =>
                {
                    using var view = splits ? View() : input.alias();
                    return [longRange.call(view)];
                }
            );
            longFeatures = model.PlaceLong(results[0], null, shortFeatures, height, width);
        }

        var low = shortFeatures ?? longFeatures;
        if (model.LowFrequencyFusion is { } lowFusion)
        {
            yield return Step(
                NetworkPart.LowFusion,
                (nn.Module)lowFusion,
                [shortFeatures!, longFeatures!],
                () => [lowFusion.call(shortFeatures!, longFeatures!)]
            );
            low = results[0];
        }
        var fused = low ?? highFeatures!;
        if (model.Fusion is { } fusion)
        {
            yield return Step(NetworkPart.Fusion, (nn.Module)fusion, [low!, highFeatures!], () => [fusion.call(low!, highFeatures!)]);
            fused = results[0];
        }

        var fine = config.Head == HeadKind.Coarse ? fused : Fine(frequencies);
        Tensor[] read = config.Head == HeadKind.Pixel ? [fused, fine, .. frequencies.Bands] : [fused, fine];
        yield return Step(NetworkPart.Head, (nn.Module)model.Head, read, () => [Logits(frequencies, fused, fine)]);
    }

    private PartStep Step(NetworkPart part, nn.Module module, Tensor[] inputs, Func<Tensor[]> work)
    {
        results = work();
        return new(part, work, Size(inputs.Distinct()) + Size(results) + Size(module.parameters()));
    }

    private Tensor Fine(Frequencies frequencies) =>
        model.HighEncoder is { } high
            ? high.Embed(Resize.By(frequencies.High, model.Config.HighScale))
            : model.ShortRangeBranch!.Stem(Resize.By(frequencies.ShortRange, model.Config.ShortScale));

    private Tensor Logits(Frequencies frequencies, Tensor fused, Tensor fine)
    {
        using var said = model.Head.call(new(fused, fine));
        return model.Head.Logits(said, RowRange.All(image.shape[2], image.shape[3]), frequencies);
    }

    private static long Size(IEnumerable<Tensor> tensors) => tensors.Sum(t => t.NumberOfElements * t.ElementSize);
}
