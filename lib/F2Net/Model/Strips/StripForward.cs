using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model.Strips;

/// <summary>
/// The network applied to images of any size without its largest maps: what lies before stride 4 is local and goes by in strips of rows, and
/// so do the logits. Between these the features run whole, each freed as soon as its last reader has run.
/// </summary>
/// <remarks>For a network in evaluation, without gradients. The same as <see cref="F2NetModel.Run"/> but for rounding.</remarks>
/// <param name="stripRows">Rows of a strip, rounded to what the strides allow; null for as many as suit memory.</param>
/// <param name="progress">Told the share that is done, up to 1.</param>
internal sealed class StripForward(
    F2NetModel model,
    IImageRows images,
    long? stripRows = null,
    Action<double>? progress = null,
    CancellationToken cancellation = default
)
{
    // Maps of 32 channels and so many pixels are just small enough for the allocator to keep (Machine.Prepare); larger ones go back to the
    // system, and their pages are cleared again for the next strip.
    private const long StripPixels = 3 << 16;

    // On a GPU a strip keeps all multiprocessors busy and its maps are some hundred megabytes.
    private const long GpuStripPixels = 1 << 21;

    private readonly F2NetConfig config = model.Config;
    private readonly ForwardCost cost = new(model.Config, images.Height, images.Width);
    private readonly Device device = model.parameters().First().device;
    private double done;

    /// <param name="take">
    /// Gets the logits of some rows, (B, classes, rows, W), from the top to the bottom, and the first one's place; they are freed afterwards.
    /// </param>
    public void Run(Action<long, Tensor> take)
    {
        using var scope = NewDisposeScope();
        var (embedded, stemmed, patches) = Local(scope);

        var shortFeatures = stemmed is null ? null : model.ShortRangeBranch!.Deepen(stemmed); // F_s
        Advance(cost.Short);
        var fine = !model.Head.ReadsFine ? null : (embedded ?? stemmed)!.alias();
        stemmed?.Dispose();

        var longFeatures = patches is null ? null : Long(patches, shortFeatures); // F_l
        var lowFrequency = F2NetModel.Join(model.LowFrequencyFusion, shortFeatures, longFeatures); // F_sl
        shortFeatures?.Dispose();
        longFeatures?.Dispose();

        var highFrequency = embedded is null ? null : model.HighEncoder!.Deepen(embedded, () => Advance(cost.HighStage)); // F_m
        var fused = F2NetModel.Join(model.Fusion, lowFrequency, highFrequency)!; // F
        lowFrequency?.Dispose();
        highFrequency?.Dispose();

        var said = model.Head.call(new(fused, fine));
        fused.Dispose();
        fine?.Dispose();
        Logits(said, take);
        progress?.Invoke(1);
    }

    private (Tensor? Embedded, Tensor? Stemmed, Tensor? Patches) Local(DisposeScope owner)
    {
        var embedding = model.HighEncoder is { } high
            ? Map(strip => strip.Frequencies.High, high.Embed, config.HighScale, step: 4, halo: 1, owner)
            : null;
        // Three 3 x 3 convolutions in a row, the first of stride 2.
        var stem = model.ShortRangeBranch is { } shortRange
            ? Map(strip => strip.Frequencies.ShortRange, shortRange.Stem, config.ShortScale, step: 2, halo: 3, owner)
            : null;
        var patches = model.LongEncoder is { } longRange
            ? model.LongRangeView.Patches(longRange, images.Height, images.Width, owner)
            : null;

        IStripReader[] readers = [.. new IStripReader?[] { embedding, stem, patches }.OfType<IStripReader>()];
        ForEachStrip(
            Even(readers.Max(reader => reader.Halo)),
            readers.Aggregate(2L, (multiple, reader) => LeastCommonMultiple(multiple, reader.Stride)),
            cost.Local,
            strip =>
            {
                foreach (var reader in readers)
                    reader.Add(strip);
            }
        );
        return (embedding?.Finish(), stem?.Finish(), patches?.Finish());
    }

    // A map of so many resized rows to a row.
    private LocalMap Map(Func<Strip, Tensor> source, Func<Tensor, Tensor> make, double scale, long step, long halo, DisposeScope owner) =>
        new(
            source,
            x => make(Resize.By(x, scale)),
            (long)(step / scale),
            halo,
            rows: ((long)(images.Height * scale) + step - 1) / step,
            owner
        );

    private Tensor Long(Tensor patches, Tensor? shortFeatures)
    {
        using var features = model.LongEncoder!.Deepen(patches, () => Advance(cost.LongBlock));
        return model.PlaceLong(features, null, shortFeatures, images.Height, images.Width);
    }

    private void Logits(Tensor said, Action<long, Tensor> take)
    {
        if (model.Head.ReadsPixels)
            ForEachStrip(0, 2, cost.Head, strip => take(strip.Rows.Top, model.Head.Logits(said, strip.Rows, strip.Frequencies)));
        else
            ForEachRange(2, cost.Head, range => take(range.Top, model.Head.Logits(said, range, null)));
    }

    private void ForEachStrip(long halo, long multiple, double work, Action<Strip> each) =>
        ForEachRange(
            multiple,
            work,
            // A decomposition that reads all rows gets them: one strip.
            range =>
                each(Strip.Read(images, model.Decomposition, device, range, halo, Even(model.Decomposition.Reach(images.Height) ?? 0)))
        );

    private void ForEachRange(long multiple, double work, Action<RowRange> each)
    {
        var height = images.Height;
        var wanted = stripRows ?? (device.type == DeviceType.CUDA ? GpuStripPixels : StripPixels) / (images.Batch * images.Width);
        var rows = model.Decomposition.Reach(height) is null ? height : Math.Max(1, wanted / multiple) * multiple;
        for (var top = 0L; top < height; top += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var range = new RowRange(top, Math.Min(rows, height - top), height, images.Width);
            each(range);
            Advance(work * range.Rows / height);
        }
    }

    private void Advance(double work)
    {
        cancellation.ThrowIfCancellationRequested();
        done += work;
        // The end is told once, and not before the last rows are taken.
        if (done < cost.Whole * (1 - 1e-9))
            progress?.Invoke(done / cost.Whole);
    }

    private static long Even(long rows) => (rows + 1) / 2 * 2;

    private static long LeastCommonMultiple(long a, long b) => a / (long)BigInteger.GreatestCommonDivisor(a, b) * b;
}
