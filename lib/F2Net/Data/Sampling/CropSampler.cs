using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using F2Net.Data.Pictures;
using F2Net.Model.LongRange;
using static TorchSharp.torch;

namespace F2Net.Data.Sampling;

/// <summary>
/// Draws training batches from a split so that rare classes are seen. Which batch an iteration gets depends on the seed and the iteration
/// alone; several threads may draw at once.
/// </summary>
public sealed class CropSampler
{
    /// <summary>Crops without a labelled pixel that are drawn anew before the picture is given up.</summary>
    private const int MostDraws = 1000;

    private readonly Split split;
    private readonly CropOptions options;
    private readonly int seed;
    private readonly RareClassIndex rare;
    private readonly ConcurrentDictionary<(Sample, int), Picture> wholeContexts = new();

    /// <summary>Reads every mask of the split.</summary>
    /// <exception cref="UserException">A picture is smaller than a crop, or a mask is faulty.</exception>
    public CropSampler(Split split, CropOptions options, int seed)
    {
        (this.split, this.options, this.seed) = (split, options, seed);
        rare = new RareClassIndex(split, options.RareBelow);
        Check(split, options);
    }

    /// <summary>Says before a run is begun whether its crops can be drawn.</summary>
    /// <exception cref="UserException">A picture is smaller than a crop, or no pixel of the split is labelled.</exception>
    internal static void Check(Split split, CropOptions options)
    {
        var largest = options.LargeCropEvery > 0 ? Math.Max(options.CropSize, options.LargeCropSize) : options.CropSize;
        if (split.Samples.FirstOrDefault(s => Math.Min(s.Width, s.Height) < largest) is { } small)
            throw new UserException(
                $"{small.ImagePath} is {small.Width} x {small.Height} pixels, smaller than a crop of {largest}; choose a smaller crop size."
            );
        if (split.ClassCounts.Sum() == 0)
            throw new UserException($"The masks of {split.Name} label no pixel; label some, or check the ignore index in dataset.json.");
    }

    /// <summary>The batch of an iteration, counted from 0.</summary>
    /// <exception cref="UserException">A picture is faulty.</exception>
    public Batch Draw(int iteration)
    {
        var crops = Plan(iteration);
        var jitters = crops.Select(c => c.Jitter).ToArray();
        var pictures = crops.Select(c => c.Sample.Cut(c.Window, c.Orientation)).ToArray();
        return new Batch(
            ImageTensor.From(pictures, jitters).DetachFromDisposeScope(),
            Masks(crops).DetachFromDisposeScope(),
            options.ContextSizes.Count > 0 ? Context(crops, jitters) : null,
            crops
        );
    }

    private Crop[] Plan(int iteration)
    {
        var random = new CropRandom(seed, iteration);
        var large = options.LargeCropEvery > 0 && iteration % options.LargeCropEvery == options.LargeCropEvery - 1;
        var crops = new Crop[large ? 1 : options.BatchSize];
        for (var i = 0; i < crops.Length; i++)
            crops[i] = Plan(ref random, large ? options.LargeCropSize : options.CropSize);
        return crops;
    }

    private Crop Plan(ref CropRandom random, int size)
    {
        var (sample, window) = Labelled(ref random, size);
        var orientation = Orientation.FromIndex(random.Next(0, 7));
        var jitter = new ColourJitter(Factor(ref random), Factor(ref random), Factor(ref random));
        PixelWindow? context = options.ContextSizes.Count > 0 ? Around(ref random, window, sample) : null;
        return new Crop(sample, window, orientation, jitter, context);
    }

    // A batch without a labelled pixel has no loss.
    private (Sample, PixelWindow) Labelled(ref CropRandom random, int size)
    {
        for (var draw = 0; draw < MostDraws; draw++)
            if (Place(ref random, size) is var (sample, window) && IsLabelled(sample, window))
                return (sample, window);
        throw new UserException(
            $"{MostDraws} crops of {size} pixels of {split.Name} had no labelled pixel; choose a larger crop size, or label more."
        );
    }

    private bool IsLabelled(Sample sample, PixelWindow window)
    {
        var mask = sample.MaskPlanes;
        var ids = mask.Plane(0);
        var found = false;
        for (var y = window.Y; y < window.Y + window.Height && !found; y++)
            found = ids.Slice(y * sample.Width + window.X, window.Width).ContainsAnyExcept((byte)split.Info.IgnoreIndex);
        GC.KeepAlive(mask);
        return found;
    }

    private (Sample, PixelWindow) Place(ref CropRandom random, int size)
    {
        if (random.NextDouble() < options.NearRare && !rare.IsEmpty)
        {
            // The pixel lies in the crop's middle half, so it is not always seen at the same place.
            var (sample, x, y) = rare.Draw(ref random);
            var left = Math.Clamp(x - random.Next(size / 4, size - 1 - size / 4), 0, sample.Width - size);
            var top = Math.Clamp(y - random.Next(size / 4, size - 1 - size / 4), 0, sample.Height - size);
            return (sample, new PixelWindow(left, top, size, size));
        }
        var any = random.Pick(split.Samples);
        return (any, new PixelWindow(random.Next(0, any.Width - size), random.Next(0, any.Height - size), size, size));
    }

    private float Factor(ref CropRandom random) => (float)(1 + options.Jitter * (2 * random.NextDouble() - 1));

    /// <summary>A random square of one of the context sizes that holds the crop and lies in the picture.</summary>
    private PixelWindow Around(ref CropRandom random, PixelWindow crop, Sample picture)
    {
        var side = Math.Min(Math.Max(random.Pick(options.ContextSizes), crop.Width), Math.Min(picture.Width, picture.Height));
        var x = random.Next(Math.Max(0, crop.X + crop.Width - side), Math.Min(crop.X, picture.Width - side));
        var y = random.Next(Math.Max(0, crop.Y + crop.Height - side), Math.Min(crop.Y, picture.Height - side));
        return new PixelWindow(x, y, side, side);
    }

    private static Tensor Masks(Crop[] crops)
    {
        var size = crops[0].Window.Width;
        var tensor = empty([crops.Length, size, size], dtype: ScalarType.Int64);
        var values = MemoryMarshal.Cast<byte, long>(tensor.bytes);
        for (var i = 0; i < crops.Length; i++)
        {
            var ids = crops[i].Sample.CutMask(crops[i].Window, crops[i].Orientation).Ids;
            for (var p = 0; p < ids.Length; p++)
                values[i * ids.Length + p] = ids[p];
        }
        return tensor;
    }

    private LongRangeContext Context(Crop[] crops, ColourJitter[] jitters)
    {
        var side = Math.Min(options.ContextBudget, crops.Min(c => c.Context!.Value.Width));
        var pictures = crops.Select(c => Reduced(c, side).Cut(new PixelWindow(0, 0, side, side), c.Orientation)).ToArray();
        return new LongRangeContext(
            ImageTensor.From(pictures, jitters).DetachFromDisposeScope(),
            [.. crops.Select(c => c.Orientation.Move(c.Window.Within(c.Context!.Value)))]
        );
    }

    private Picture Reduced(Crop crop, int side)
    {
        var (sample, window) = (crop.Sample, crop.Context!.Value);
        // Contexts that are the whole picture come again and again, others hardly ever.
        return (window.Width, window.Height) == (sample.Width, sample.Height)
            ? wholeContexts.GetOrAdd((sample, side), _ => AreaReducer.Reduce(sample.ImagePlanes, window, side, side))
            : AreaReducer.Reduce(sample.ImagePlanes, window, side, side);
    }
}
