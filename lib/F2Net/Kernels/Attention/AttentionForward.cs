using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>
/// The forward pass of <see cref="FusedAttention"/>: a block of queries meets the keys block by block with a running softmax (Milakov and
/// Gimelshein 2018; FlashAttention, Dao et al. 2022), so that scores never leave the cache.
/// </summary>
internal sealed unsafe class AttentionForward(AttentionSet inputs, AttentionHeads answer, Tensor logSums)
{
    // With 64 channels the queries, their sums, a strip's scores and a block of keys and values fill half of a 512 KB cache.
    private const int MostQueries = 192,
        Keys = 192,
        Strip = 48;

    // Weights up to 2^8 do as well as weights up to 1, and hardly any query rescales its sums more than once.
    private const float Slack = 8;

    private readonly long images = logSums.shape[0],
        heads = logSums.shape[1];
    private readonly AttentionHeads query = inputs.Query,
        key = inputs.Key,
        value = inputs.Value;
    private readonly int width = inputs.Width,
        wide = (inputs.Width + Columns - 1) / Columns * Columns;
    private readonly float scale = AttentionScores.Scale(inputs.Width);

    internal void Run()
    {
        var blocks = (query.Tokens + MostQueries - 1) / MostQueries;
        var size = AttentionScores.Whole((query.Tokens + blocks - 1) / blocks);
        blocks = (query.Tokens + size - 1) / size;
        Team.Run(images * heads * blocks, job => Block(job / blocks / heads, job / blocks % heads, (int)(job % blocks) * size, size));
    }

    // Rows beyond the last query are zeros, and so are channels beyond the width: every tile is whole.
    private void Block(long image, long head, int first, int rows)
    {
        var count = Math.Min(rows, query.Tokens - first);
        using var scratch = new Scratch(
            Scratch.Size(rows * width)
                + Scratch.Size(rows * wide)
                + Scratch.Size(Strip * Keys)
                + Scratch.Size(rows)
                + 2 * Keys * wide
                + rows * Lanes * 2
        );
        float* queries = scratch.Take(rows * width),
            sums = scratch.Take(rows * wide),
            scores = scratch.Take(Strip * Keys),
            most = scratch.Take(rows),
            total = scratch.Take(rows * Lanes),
            keys = scratch.Take(Keys * wide),
            values = scratch.Take(Keys * wide);
        AttentionScores.Copy(query.Head(image, head) + first * query.Row, query.Row, count, width, queries, width);
        new Span<float>(most, rows).Fill(float.NegativeInfinity);
        float* k = key.Head(image, head),
            v = value.Head(image, head);
        for (var start = 0; start < key.Tokens; start += Keys)
        {
            var met = Math.Min(Keys, key.Tokens - start);
            var whole = (met + Columns - 1) / Columns * Columns;
            AttentionScores.PackRows(k + start * key.Row, key.Row, met, width, keys);
            for (var left = 0; left < width; left += Columns)
                AttentionScores.Copy(
                    v + start * value.Row + left,
                    value.Row,
                    met,
                    Math.Min(Columns, width - left),
                    values + left * Keys,
                    Columns
                );
            for (var top = 0; top < rows; top += Strip)
            {
                var n = Math.Min(Strip, rows - top);
                MultiplyPacked(queries + top * width, width, 1, keys, n, whole, width, scores, Keys, add: false);
                for (var row = 0; row < n; row++)
                {
                    var line = scores + row * Keys;
                    new Span<float>(line + met, whole - met).Fill(float.NegativeInfinity);
                    Weigh(line, whole, most + top + row, total + (top + row) * Lanes, sums + (top + row) * wide);
                }
                Multiply(scores, Keys, 1, values, Columns, Keys * Columns, n, wide, met, sums + top * wide, wide, add: true);
            }
        }

        var to = answer.Head(image, head) + first * answer.Row;
        var logs = Start(logSums) + (image * heads + head) * query.Tokens + first;
        for (var row = 0; row < count; row++)
        {
            var sum = Vector256.Sum(Vector256.Load(total + row * Lanes));
            for (var c = 0; c < width; c++)
                to[row * answer.Row + c] = sums[row * wide + c] / sum;
            logs[row] = most[row] + MathF.Log2(sum);
        }
    }

    // One query's scores of a block become powers of two relative to about its largest score so far.
    [MethodImpl(Hot)]
    private void Weigh(float* line, int count, float* most, float* total, float* sums)
    {
        var factor = Vector256.Create(scale);
        Vector256<float> top0 = Vector256.Load(line),
            top1 = Vector256.Load(line + Lanes);
        for (var j = Columns; j < count; j += Columns)
        {
            top0 = Vector256.MaxNative(top0, Vector256.Load(line + j));
            top1 = Vector256.MaxNative(top1, Vector256.Load(line + j + Lanes));
        }
        var top = Vector256.MaxNative(top0, top1) * factor;
        var sum0 = Vector256.Load(total);
        if (Vector256.GreaterThanAny(top, Vector256.Create(*most + Slack)))
        {
            var half = Vector128.MaxNative(top.GetLower(), top.GetUpper());
            half = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
            half = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2)));
            var shrink = PowerOfTwo.Of(Vector256.Create(*most - half.ToScalar()));
            *most = half.ToScalar();
            sum0 *= shrink;
            for (var c = 0; c < wide; c += Lanes)
                (Vector256.Load(sums + c) * shrink).Store(sums + c);
        }

        var shift = Vector256.Create(-*most);
        var sum1 = Vector256<float>.Zero;
        for (var j = 0; j < count; j += Columns)
        {
            var p0 = PowerOfTwo.Of(Fma(Vector256.Load(line + j), factor, shift));
            var p1 = PowerOfTwo.Of(Fma(Vector256.Load(line + j + Lanes), factor, shift));
            p0.Store(line + j);
            p1.Store(line + j + Lanes);
            sum0 += p0;
            sum1 += p1;
        }
        (sum0 + sum1).Store(total);
    }
}
