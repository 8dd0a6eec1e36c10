using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>
/// The backward pass of <see cref="FusedAttention"/> (FlashAttention, Dao et al. 2022, Alg. 4): scores come again from queries and keys, weights
/// from the saved log-sums, block by block. A job has some of a head's keys, whose gradients are its alone; the queries' gradients
/// are summed over a head's jobs afterwards, in their order.
/// </summary>
internal sealed unsafe class AttentionBackward(
    AttentionSet inputs,
    AttentionSet gradients,
    AttentionHeads answer,
    AttentionHeads gradAnswer,
    Tensor logSums
)
{
    // Whole tiles both as rows and as columns; all of a pair of blocks fits in a 512 KB cache.
    private const int Block = 96;

    // A head's keys go to so many jobs at most, whatever the number of threads: one head or three shall keep two threads busy.
    private const int MostShares = 4;

    private readonly long images = logSums.shape[0],
        heads = logSums.shape[1];
    private readonly int width = inputs.Width,
        wide = (inputs.Width + Columns - 1) / Columns * Columns,
        queries = inputs.Query.Tokens,
        keys = inputs.Key.Tokens,
        padded = (inputs.Query.Tokens + Block - 1) / Block * Block;
    private readonly float scale = AttentionScores.Scale(inputs.Width);

    internal void Run()
    {
        var blocks = (keys + Block - 1) / Block;
        var shares = Math.Min(MostShares, blocks);
        using var scope = NewDisposeScope();
        float* partial = Start(zeros(images * heads, shares, padded, wide)),
            dots = Start(empty(images * heads, queries));
        Team.Run(images * heads, head => Dots(head / heads, head % heads, dots + head * queries));
        Team.Run(
            images * heads * shares,
            job =>
            {
                var (head, share) = (job / shares, job % shares);
                var (from, to) = (share * blocks / shares * Block, Math.Min((share + 1) * blocks / shares * Block, keys));
                Share(head / heads, head % heads, (int)from, (int)to, partial + job * padded * wide, dots + head * queries);
            }
        );
        Team.Run(images * heads, head => Sum(head / heads, head % heads, partial + head * shares * padded * wide, shares));
    }

    // Σ_j P_ij dP_ij, for every query: what the softmax takes off its scores' gradients. It equals answer times gradient.
    [MethodImpl(Hot)]
    private void Dots(long image, long head, float* dots)
    {
        float* y = answer.Head(image, head),
            g = gradAnswer.Head(image, head);
        for (var row = 0; row < queries; row++, y += answer.Row, g += gradAnswer.Row)
            dots[row] = AttentionScores.Dot(y, g, width);
    }

    // Some of a head's keys and all of its queries.
    private void Share(long image, long head, int from, int to, float* gradQueries, float* dots)
    {
        var side = Block * wide;
        using var scratch = new Scratch(7 * side + 2 * Block * Block);
        float* keyColumns = scratch.Take(side), // right operands: keys as columns, values as columns, keys as rows
            valueColumns = scratch.Take(side),
            keyRows = scratch.Take(side),
            gradKeys = scratch.Take(side),
            gradValues = scratch.Take(side),
            query = scratch.Take(side),
            grad = scratch.Take(side),
            weights = scratch.Take(Block * Block),
            gradScores = scratch.Take(Block * Block);
        float* q = inputs.Query.Head(image, head),
            k = inputs.Key.Head(image, head),
            v = inputs.Value.Head(image, head),
            g = gradAnswer.Head(image, head),
            logs = Start(logSums) + (image * heads + head) * queries;
        for (var start = from; start < to; start += Block)
        {
            var met = Math.Min(Block, to - start);
            var whole = (met + Columns - 1) / Columns * Columns;
            AttentionScores.PackRows(k + start * inputs.Key.Row, inputs.Key.Row, met, width, keyColumns);
            AttentionScores.PackRows(v + start * inputs.Value.Row, inputs.Value.Row, met, width, valueColumns);
            AttentionScores.Copy(k + start * inputs.Key.Row, inputs.Key.Row, met, width, keyRows, wide);
            new Span<float>(gradKeys, side).Clear();
            new Span<float>(gradValues, side).Clear();
            for (var top = 0; top < queries; top += Block)
            {
                var count = Math.Min(Block, queries - top);
                var rows = AttentionScores.Whole(count);
                AttentionScores.Copy(q + top * inputs.Query.Row, inputs.Query.Row, count, width, query, wide);
                AttentionScores.Copy(g + top * gradAnswer.Row, gradAnswer.Row, count, width, grad, wide);
                MultiplyPacked(query, wide, 1, keyColumns, rows, whole, width, weights, Block, add: false);
                MultiplyPacked(grad, wide, 1, valueColumns, rows, whole, width, gradScores, Block, add: false);
                for (var row = 0; row < count; row++)
                    Differentiate(weights + row * Block, gradScores + row * Block, whole, logs[top + row], dots[top + row]);
                // k, v: sums over the queries of this block; q: over the keys of this one.
                Multiply(weights, 1, Block, grad, wide, Columns, AttentionScores.Whole(met), wide, count, gradValues, wide, add: true);
                Multiply(gradScores, 1, Block, query, wide, Columns, AttentionScores.Whole(met), wide, count, gradKeys, wide, add: true);
                Multiply(gradScores, Block, 1, keyRows, wide, Columns, rows, wide, met, gradQueries + (long)top * wide, wide, add: true);
            }
            var (toKey, toValue) = (gradients.Key, gradients.Value);
            AttentionScores.Copy(gradKeys, wide, met, width, toKey.Head(image, head) + start * toKey.Row, toKey.Row);
            AttentionScores.Copy(gradValues, wide, met, width, toValue.Head(image, head) + start * toValue.Row, toValue.Row);
        }
    }

    // The queries' gradients, from those of each share of the keys.
    [MethodImpl(Hot)]
    private void Sum(long image, long head, float* partial, int shares)
    {
        var to = gradients.Query.Head(image, head);
        for (var row = 0; row < queries; row++, to += gradients.Query.Row, partial += wide)
        for (var c = 0; c < width; c++)
        {
            var sum = partial[c];
            for (var share = 1; share < shares; share++)
                sum += partial[(long)share * padded * wide + c];
            to[c] = sum;
        }
    }

    // One query's weights from its scores, and its scores' gradients from its weights' (of the product before it is divided by √d).
    [MethodImpl(Hot)]
    private void Differentiate(float* scores, float* grads, int count, float logSum, float dot)
    {
        Vector256<float> factor = Vector256.Create(scale),
            shift = Vector256.Create(-logSum),
            mean = Vector256.Create(dot),
            unit = Vector256.Create(scale * MathF.Log(2));
        for (var j = 0; j < count; j += Lanes)
        {
            var p = PowerOfTwo.Of(Fma(Vector256.Load(scores + j), factor, shift));
            p.Store(scores + j);
            (p * ((Vector256.Load(grads + j) - mean) * unit)).Store(grads + j);
        }
    }
}
