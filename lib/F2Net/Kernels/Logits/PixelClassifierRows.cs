using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F2Net.Kernels.Resizing;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Logits;

/// <summary><see cref="PixelClassifier"/>'s work, in jobs of some rows of one image each.</summary>
internal sealed unsafe class PixelClassifierRows(Tensor context, Tensor pixels, Tensor weight)
{
    private const int RowsPerJob = 16;
    private readonly int channels = (int)pixels.shape[1],
        height = (int)pixels.shape[2],
        width = (int)pixels.shape[3];
    private readonly Enlargement enlargement = new(context.shape[2], context.shape[3], pixels.shape[2], pixels.shape[3]);

    internal int Classes { get; } = (int)weight.shape[0];

    internal long Jobs => pixels.shape[0] * Blocks;

    private int Blocks => (height + RowsPerJob - 1) / RowsPerJob;

    /// <summary>(B, maps, H, W), not filled.</summary>
    internal Tensor Empty(int maps) => empty(pixels.shape[0], maps, height, width);

    internal void ForEach(Action<Job> work) =>
        Team.Run(
            Jobs,
            i =>
            {
                using var job = new Job(this, i);
                work(job);
            }
        );

    /// <summary>What a gradient at full resolution (B, C, H, W) means for the context (B, C, h, w).</summary>
    internal Tensor Gather(Tensor full) => BilinearEnlargement.Gathered(full, context.shape[2], context.shape[3]);

    /// <summary>Rows of one image; lines are padded with zeros to whole vectors.</summary>
    internal sealed class Job : IDisposable
    {
        private readonly PixelClassifierRows all;
        private readonly Scratch scratch;
        private readonly long index,
            image;
        private readonly int padded;
        private readonly EnlargedRows context;
        private readonly float* features, // relu(h), (C, W)
            others, // (C, W)
            grads, // (K, W)
            line,
            coefficients; // (K, C)

        internal Job(PixelClassifierRows all, long index)
        {
            (this.all, this.index, image) = (all, index, index / all.Blocks);
            padded = all.enlargement.WideRow;
            scratch = new Scratch(
                2 * EnlargedRows.Size(all.enlargement, all.channels)
                    + 2 * Scratch.Size((long)all.channels * padded)
                    + Scratch.Size((long)all.Classes * padded)
                    + Scratch.Size(padded)
                    + Scratch.Size((long)all.Classes * all.channels)
            );
            context = Enlarged(all.Context);
            features = scratch.Take((long)all.channels * padded);
            others = scratch.Take((long)all.channels * padded);
            grads = scratch.Take((long)all.Classes * padded);
            line = scratch.Take(padded);
            coefficients = scratch.Take((long)all.Classes * all.channels);
            Copy(Start(all.Weight), coefficients, all.Classes * all.channels);
        }

        private int First => (int)(index % all.Blocks) * RowsPerJob;

        private int Last => Math.Min(all.height, First + RowsPerJob);

        internal void Classify(Tensor bias, Tensor logits)
        {
            for (var y = First; y < Last; y++)
            {
                Activate(y);
                for (var k = 0; k < all.Classes; k++)
                {
                    new Span<float>(line, padded).Fill(Start(bias)[k]);
                    Mix(features, coefficients + k * all.channels, 1, all.channels);
                    Copy(line, Row(logits, all.Classes, k, y), all.width);
                }
            }
        }

        /// <summary>From the logits' gradient to the pixels' and this job's share (K·C) of the weight's.</summary>
        internal void Differentiate(Tensor grad, Tensor gradPixels, Tensor gradWeight)
        {
            var sums = Share(gradWeight);
            for (var y = First; y < Last; y++)
            {
                Activate(y);
                ReadGrads(grad, y);
                for (var c = 0; c < all.channels; c++)
                {
                    new Span<float>(line, padded).Clear();
                    Mix(grads, coefficients + c, all.channels, all.Classes);
                    Mask(features + c * padded, line);
                    Copy(line, Row(gradPixels, all.channels, c, y), all.width);
                    for (var k = 0; k < all.Classes; k++)
                        sums[k * all.channels + c] += Dot(grads + k * padded, features + c * padded);
                }
            }
        }

        /// <summary>The derivative of <see cref="Differentiate"/>.</summary>
        /// <param name="given">What arrives at its results for context, pixels, weight and bias; null for nothing.</param>
        internal void DifferentiateTwice(Tensor?[] given, Tensor grad, Tensor gradGrad, Tensor gradWeight, Tensor? gradPixels)
        {
            var sums = Share(gradWeight);
            var ofWeight = given[2] is { } v ? Start(v) : null;
            var ofContext = given[0] is { } u ? Enlarged(u) : null;
            for (var y = First; y < Last; y++)
            {
                Activate(y);
                ReadGrads(grad, y);
                ofContext?.MoveTo(y);
                for (var c = 0; c < all.channels; c++)
                {
                    var delta = others + c * padded;
                    new Span<float>(delta, padded).Clear();
                    if (given[1] is { } ofPixels)
                        Copy(Row(ofPixels, all.channels, c, y), delta, all.width);
                    ofContext?.Add(c, delta);
                    Mask(features + c * padded, delta);
                    for (var k = 0; k < all.Classes; k++)
                        sums[k * all.channels + c] += Dot(grads + k * padded, delta);
                    if (gradPixels is null)
                        continue;
                    new Span<float>(line, padded).Clear();
                    Mix(grads, ofWeight + c, all.channels, all.Classes);
                    Mask(features + c * padded, line);
                    Copy(line, Row(gradPixels, all.channels, c, y), all.width);
                }
                for (var k = 0; k < all.Classes; k++)
                {
                    new Span<float>(line, padded).Fill(given[3] is { } ofBias ? Start(ofBias)[k] : 0);
                    Mix(others, coefficients + k * all.channels, 1, all.channels);
                    if (ofWeight is not null)
                        Mix(features, ofWeight + k * all.channels, 1, all.channels);
                    Copy(line, Row(gradGrad, all.Classes, k, y), all.width);
                }
            }
        }

        // relu(h) of one row.
        private void Activate(int y)
        {
            context.MoveTo(y);
            for (var c = 0; c < all.channels; c++)
            {
                var to = features + c * padded;
                Copy(Row(all.Pixels, all.channels, c, y), to, all.width);
                context.Add(c, to);
                for (var x = 0; x < padded; x += Lanes)
                    Vector256.Max(Vector256.Load(to + x), Vector256<float>.Zero).Store(to + x);
            }
        }

        private void ReadGrads(Tensor grad, int y)
        {
            for (var k = 0; k < all.Classes; k++)
                Copy(Row(grad, all.Classes, k, y), grads + k * padded, all.width);
        }

        // line += Σ factor_i lines_i.
        [MethodImpl(Hot)]
        private void Mix(float* lines, float* factors, int factorStride, int count)
        {
            for (var x = 0; x < padded; x += Lanes)
            {
                var sum = Vector256.Load(line + x);
                for (var i = 0; i < count; i++)
                    sum = Fma(factors[i * factorStride], Vector256.Load(lines + i * padded + x), sum);
                sum.Store(line + x);
            }
        }

        // Zero where the activated feature is.
        [MethodImpl(Hot)]
        private void Mask(float* activated, float* values)
        {
            for (var x = 0; x < padded; x += Lanes)
            {
                var passes = Vector256.GreaterThan(Vector256.Load(activated + x), Vector256<float>.Zero);
                (Vector256.Load(values + x) & passes).Store(values + x);
            }
        }

        [MethodImpl(Hot)]
        private float Dot(float* a, float* b)
        {
            var sum = Vector256<float>.Zero;
            for (var x = 0; x < padded; x += Lanes)
                sum = Fma(Vector256.Load(a + x), Vector256.Load(b + x), sum);
            return Vector256.Sum(sum);
        }

        private EnlargedRows Enlarged(Tensor maps) =>
            new(all.enlargement, all.Plane(maps, image, 0), all.channels, maps.shape[2] * maps.shape[3], scratch);

        private float* Row(Tensor maps, int count, int map, int y) => Start(maps) + ((image * count + map) * all.height + y) * all.width;

        private float* Share(Tensor sums)
        {
            var size = all.Classes * all.channels;
            new Span<float>(Start(sums) + index * size, size).Clear();
            return Start(sums) + index * size;
        }

        public void Dispose() => scratch.Dispose();
    }

    private Tensor Context => context;

    private Tensor Pixels => pixels;

    private Tensor Weight => weight;

    private float* Plane(Tensor maps, long image, int channel) =>
        Start(maps) + (image * channels + channel) * context.shape[2] * context.shape[3];
}
