using System.Runtime.CompilerServices;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Logits;

/// <summary>
/// <see cref="CrossEntropy"/>'s work, pixel by pixel: with p the softmax of a pixel's logits z, y its class and ω its weight, the mean is
/// Σ ω·(log Σ_k exp z_k - z_y) / Σ ω.
/// </summary>
/// <param name="logits">z, (B, C, H, W), contiguous.</param>
/// <param name="mask">y, (B, H, W), contiguous.</param>
/// <param name="omega">ω, as <see cref="Weights"/> has them.</param>
internal sealed unsafe class CrossEntropyPixels(Tensor logits, Tensor mask, Tensor omega)
{
    // Pixels of a job; the last one of an image has up to twice as many.
    private const int Stretch = 2048;

    private readonly int classes = (int)logits.shape[1];
    private readonly long plane = logits.shape[2] * logits.shape[3];
    private readonly float* z = Start(logits),
        weight = Start(omega);
    private readonly long* label = (long*)Start(mask);

    private long JobsOfImage => Math.Max(1, plane / Stretch);

    private long Jobs => logits.shape[0] * JobsOfImage;

    internal static bool Takes(Tensor logits, Tensor mask, Tensor? weights) =>
        Simd.Takes(logits)
        && logits.Dimensions == 4
        && logits.shape[2] * logits.shape[3] >= Widest
        && mask.dtype == ScalarType.Int64
        && mask.shape.SequenceEqual([logits.shape[0], logits.shape[2], logits.shape[3]])
        && (weights is null || Simd.Takes(weights) && weights.shape.SequenceEqual([logits.shape[1]]));

    /// <summary>ω of each pixel, 0 where there is no label, and last of all their sum; null where a label is no class.</summary>
    internal static Tensor? Weights(Tensor mask, Tensor? weights, long classes, long ignore)
    {
        var omega = empty(mask.NumberOfElements + 1);
        var pixels = mask.NumberOfElements;
        var to = Start(omega);
        var ids = (long*)Start(mask);
        using var dense = weights?.contiguous();
        var ofClass = dense is null ? null : Start(dense);
        var sum = 0.0;
        for (var i = 0L; i < pixels; i++)
        {
            var y = ids[i];
            if (y == ignore)
                to[i] = 0;
            else if ((ulong)y < (ulong)classes)
                to[i] = ofClass == null ? 1 : ofClass[y];
            else
                return null;
            sum += to[i];
        }
        to[pixels] = (float)sum;
        return omega;
    }

    internal Tensor Mean() => Sixteen.AreThere ? Mean<Sixteen>() : Mean<Eight>();

    /// <summary>From g, the mean's gradient, to that of the logits: g·ω·(p - 1[k = y]) / Σ ω; 0 where no pixel has a label, as libtorch's.</summary>
    internal Tensor Differentiate(Tensor g) => Sixteen.AreThere ? Differentiate<Sixteen>(g) : Differentiate<Eight>(g);

    /// <summary>
    /// From v, what is asked of the gradient of the logits, to the gradients of z, g·ω·p·(v - ⟨p, v⟩) / Σ ω, and of g, Σ ω·(⟨p, v⟩ - v_y) / Σ ω.
    /// </summary>
    internal (Tensor Z, Tensor G) DifferentiateTwice(Tensor g, Tensor v) =>
        Sixteen.AreThere ? DifferentiateTwice<Sixteen>(g, v) : DifferentiateTwice<Eight>(g, v);

    private Tensor Mean<T>()
        where T : struct, IFloats<T>
    {
        var sums = new double[Jobs];
        ForEach(
            (first, count, image, job) =>
            {
                var logSums = stackalloc float[2 * Stretch];
                var from = z + image * classes * plane + first;
                var at = image * plane + first;
                for (var i = 0; i < count; i = Next<T>(i, count))
                {
                    var (most, sum) = Sum<T>(from + i);
                    (most + T.Log(sum)).Store(logSums + i);
                }
                var total = 0.0;
                for (var i = 0; i < count; i++)
                    if (weight[at + i] != 0)
                        total += weight[at + i] * (double)(logSums[i] - from[label[at + i] * plane + i]);
                sums[job] = total;
            }
        );
        return tensor((float)(sums.Sum() / AllWeights), dtype: ScalarType.Float32);
    }

    private Tensor Differentiate<T>(Tensor g)
        where T : struct, IFloats<T>
    {
        var grad = empty_like(logits);
        var start = Start(grad);
        var factor = Factor(g);
        ForEach(
            (first, count, image, _) =>
            {
                var (offset, at) = (image * classes * plane + first, image * plane + first);
                float* from = z + offset,
                    to = start + offset;
                for (var i = 0; i < count; i = Next<T>(i, count))
                {
                    var (most, sum) = Sum<T>(from + i);
                    var share = T.All(factor) * T.Load(weight + at + i) / sum;
                    for (var k = 0; k < classes; k++)
                        (share * Power(T.Load(from + k * plane + i) - most)).Store(to + k * plane + i);
                }
                for (var i = 0; i < count; i++)
                    if (weight[at + i] != 0)
                        to[label[at + i] * plane + i] -= factor * weight[at + i];
            }
        );
        return grad;
    }

    private (Tensor Z, Tensor G) DifferentiateTwice<T>(Tensor g, Tensor v)
        where T : struct, IFloats<T>
    {
        var grad = empty_like(logits);
        float* start = Start(grad),
            asked = Start(v);
        var factor = Factor(g);
        var sums = new double[Jobs];
        ForEach(
            (first, count, image, job) =>
            {
                var means = stackalloc float[2 * Stretch];
                var (offset, at) = (image * classes * plane + first, image * plane + first);
                float* from = z + offset,
                    w = asked + offset,
                    to = start + offset;
                for (var i = 0; i < count; i = Next<T>(i, count))
                {
                    var (most, sum) = Sum<T>(from + i);
                    var mean = default(T);
                    for (var k = 0; k < classes; k++)
                        mean = T.Fma(Power(T.Load(from + k * plane + i) - most), T.Load(w + k * plane + i), mean);
                    mean /= sum;
                    mean.Store(means + i);
                    var share = T.All(factor) * T.Load(weight + at + i) / sum;
                    for (var k = 0; k < classes; k++)
                    {
                        var place = k * plane + i;
                        (share * Power(T.Load(from + place) - most) * (T.Load(w + place) - mean)).Store(to + place);
                    }
                }
                var total = 0.0;
                for (var i = 0; i < count; i++)
                    if (weight[at + i] != 0)
                        total += weight[at + i] * (double)(means[i] - w[label[at + i] * plane + i]);
                sums[job] = total;
            }
        );
        return (grad, tensor((float)(sums.Sum() / AllWeights), dtype: ScalarType.Float32));
    }

    private float AllWeights => weight[logits.shape[0] * plane];

    private float Factor(Tensor g) => AllWeights == 0 ? 0 : g.item<float>() / AllWeights;

    // The largest of some pixels' logits, and Σ exp(z - it).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (T Most, T Sum) Sum<T>(float* from)
        where T : struct, IFloats<T>
    {
        var most = T.Load(from);
        for (var k = 1; k < classes; k++)
            most = T.Max(most, T.Load(from + k * plane));
        var sum = default(T);
        for (var k = 0; k < classes; k++)
            sum += Power(T.Load(from + k * plane) - most);
        return (most, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Power<T>(T x)
        where T : struct, IFloats<T> => PowerOfTwo.Of(x * T.All(PowerOfTwo.Log2E));

    // The last vector ends with the job: some pixels are done twice.
    private static int Next<T>(int i, int count)
        where T : struct, IFloats<T> => i + T.Count == count ? count : Math.Min(i + T.Count, count - T.Count);

    // Jobs of so many pixels, from first on, of an image.
    private void ForEach(Work work) =>
        Team.Run(
            Jobs,
            job =>
            {
                var (image, part) = (job / JobsOfImage, job % JobsOfImage);
                var first = part * Stretch;
                work(first, (int)((part == JobsOfImage - 1 ? plane : first + Stretch) - first), image, job);
            }
        );

    private delegate void Work(long first, int count, long image, long job);
}
