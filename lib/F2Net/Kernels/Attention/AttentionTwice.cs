using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Matrices.MatrixKernel;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Attention;

/// <summary>
/// The derivative of <see cref="AttentionBackward"/>: what arrives at the gradients of queries, keys and values goes back to queries, keys, values and the
/// answer's gradient. A strip of queries meets all keys at once; its four maps stay in the cache, and twelve products are made of them.
/// </summary>
/// <remarks>
/// With P = softmax(s Q Kᵀ), dP = G Vᵀ, D = Σ P ∘ dP and dS = P ∘ (dP - D) the gradients are s dS K, s dSᵀ Q and Pᵀ G, and a, b and c arrive at
/// them. With r = s (a Kᵀ + Q bᵀ), w = r - Σ P ∘ r and e = G cᵀ + w ∘ (dP - D), P ∘ w arrives at dP and P ∘ (e - Σ P ∘ e) at s Q Kᵀ.
/// </remarks>
internal sealed unsafe class AttentionTwice
{
    // A map takes 1 MB at most: of few keys four of them stay in the second-level cache, of 4096 (measured) in the third.
    private const int StripFloats = 1 << 18,
        MostRows = 48;

    // A head's queries go to so many jobs at most, whatever the number of threads; each sums up the keys' and values' gradients by itself.
    private const int MostShares = 4;

    private readonly AttentionSet inputs,
        given,
        results;
    private readonly AttentionHeads answer,
        grad,
        gradResult;
    private readonly Tensor logSums;
    private readonly long images,
        heads;
    private readonly int width,
        wide,
        queries,
        keys,
        whole,
        mapRow,
        rows;
    private readonly float scale,
        unit;

    /// <param name="inputs">Queries, keys and values.</param>
    /// <param name="given">What arrives at their gradients: a, b and c.</param>
    /// <param name="results">Written: what that means for the inputs.</param>
    /// <param name="answer">P V.</param>
    /// <param name="grad">G.</param>
    /// <param name="gradResult">Written: what it means for G.</param>
    /// <param name="logSums">Of the softmax, (B, heads, L).</param>
    internal AttentionTwice(
        AttentionSet inputs,
        AttentionSet given,
        AttentionSet results,
        AttentionHeads answer,
        AttentionHeads grad,
        AttentionHeads gradResult,
        Tensor logSums
    )
    {
        (this.inputs, this.given, this.results) = (inputs, given, results);
        (this.answer, this.grad, this.gradResult, this.logSums) = (answer, grad, gradResult, logSums);
        (images, heads) = (logSums.shape[0], logSums.shape[1]);
        (width, queries, keys) = (inputs.Width, inputs.Query.Tokens, inputs.Key.Tokens);
        (wide, whole) = (ToPanels(width), ToPanels(keys));
        mapRow = (int)Scratch.Apart(whole);
        rows = Math.Clamp(StripFloats / whole / Rows * Rows, Rows, MostRows);
        (scale, unit) = (AttentionScores.Scale(width), (float)(1 / Math.Sqrt(width)));
    }

    internal void Run()
    {
        var strips = (queries + rows - 1) / rows;
        var shares = Math.Min(MostShares, strips);
        using var scope = NewDisposeScope();
        float* ofKeys = Start(empty(images * heads, shares, keys, width)),
            ofValues = Start(empty(images * heads, shares, keys, width));
        var size = (long)keys * width;
        Team.Run(
            images * heads * shares,
            job =>
            {
                var (head, share) = (job / shares, job % shares);
                var (from, to) = (share * strips / shares * rows, Math.Min((share + 1) * strips / shares * rows, queries));
                using var work = new Job(this, head / heads, head % heads);
                work.Run((int)from, (int)to, ofKeys + job * size, ofValues + job * size);
            }
        );
        Team.Run(
            images * heads,
            head =>
            {
                Sum(ofKeys + head * shares * size, shares, results.Key, head / heads, head % heads);
                Sum(ofValues + head * shares * size, shares, results.Value, head / heads, head % heads);
            }
        );
    }

    private static int ToPanels(int columns) => (columns + Columns - 1) / Columns * Columns;

    private void Sum(float* partial, int shares, AttentionHeads to, long image, long head)
    {
        var line = to.Head(image, head);
        for (var row = 0; row < keys; row++, line += to.Row, partial += width)
        for (var c = 0; c < width; c++)
        {
            var sum = partial[c];
            for (var share = 1; share < shares; share++)
                sum += partial[(long)share * keys * width + c];
            line[c] = sum;
        }
    }

    /// <summary>Some of a head's queries and all of its keys.</summary>
    private sealed class Job : IDisposable
    {
        private readonly AttentionTwice all;
        private readonly Scratch scratch;
        private readonly long image,
            head;

        // Right operands of (width, keys) and of (keys, width): keys, values and what arrives at their gradients.
        private readonly float* keyColumns,
            valueColumns,
            bColumns,
            cColumns,
            keyRows,
            valueRows,
            bRows,
            cRows;

        // Of a strip: right operands of (rows, width), and maps of (rows, keys).
        private readonly float* queryRows,
            aRows,
            gradRows,
            weights,
            scoreGrads,
            atScores,
            atWeights;

        internal Job(AttentionTwice all, long image, long head)
        {
            (this.all, this.image, this.head) = (all, image, head);
            long columns = Scratch.Size((long)all.width * all.whole),
                rows = Scratch.Size((long)all.keys * all.wide),
                strip = Scratch.Size(all.rows * all.wide),
                map = Scratch.Size(all.rows * all.mapRow);
            scratch = new Scratch(4 * (columns + rows + map) + 3 * strip);
            keyColumns = Pack(all.inputs.Key, columns);
            valueColumns = Pack(all.inputs.Value, columns);
            bColumns = Pack(all.given.Key, columns);
            cColumns = Pack(all.given.Value, columns);
            keyRows = Copy(all.inputs.Key, rows);
            valueRows = Copy(all.inputs.Value, rows);
            bRows = Copy(all.given.Key, rows);
            cRows = Copy(all.given.Value, rows);
            queryRows = scratch.Take(strip);
            aRows = scratch.Take(strip);
            gradRows = scratch.Take(strip);
            weights = scratch.Take(map);
            scoreGrads = scratch.Take(map);
            atScores = scratch.Take(map);
            atWeights = scratch.Take(map);
        }

        /// <param name="ofKeys">Written, (keys, width): the keys' gradients from these queries.</param>
        /// <param name="ofValues">The same for the values.</param>
        internal void Run(int from, int to, float* ofKeys, float* ofValues)
        {
            for (var top = from; top < to; top += all.rows)
                Strip(top, Math.Min(all.rows, to - top), ofKeys, ofValues, add: top > from);
        }

        private void Strip(int top, int count, float* ofKeys, float* ofValues, bool add)
        {
            var query = Rows(all.inputs.Query, top, count, queryRows);
            var a = Rows(all.given.Query, top, count, aRows);
            var g = Rows(all.grad, top, count, gradRows);
            ToMap(query, keyColumns, count, weights);
            ToMap(g, valueColumns, count, scoreGrads);
            ToMap(a, keyColumns, count, atScores);
            ToMap(query, bColumns, count, atScores, add: true);
            ToMap(g, cColumns, count, atWeights);
            for (var row = 0; row < count; row++)
                Differentiate(top + row, row * all.mapRow);

            var toQuery = all.results.Query;
            FromMap(scoreGrads, bRows, count, toQuery, top);
            FromMap(atWeights, keyRows, count, toQuery, top, add: true);
            FromMap(weights, cRows, count, all.gradResult, top);
            FromMap(atScores, valueRows, count, all.gradResult, top, add: true);
            FromColumns(scoreGrads, a, count, ofKeys, add);
            FromColumns(atWeights, query, count, ofKeys, add: true);
            FromColumns(atScores, g, count, ofValues, add);
        }

        // One query's scores, dP, a Kᵀ + Q bᵀ and G cᵀ become P, s dS, P ∘ w and s P ∘ (e - Σ P ∘ e).
        [MethodImpl(Hot)]
        private void Differentiate(int query, int at)
        {
            float* p = weights + at,
                d = scoreGrads + at,
                w = atScores + at,
                e = atWeights + at;
            var (keys, whole) = (all.keys, all.whole);
            var s = Vector256.Create(all.unit);
            Vector256<float> factor = Vector256.Create(all.scale),
                shift = Vector256.Create(-Start(all.logSums)[(image * all.heads + head) * all.queries + query]),
                mean = Vector256.Create(Dot(query));
            for (var j = 0; j < whole; j += Lanes)
                PowerOfTwo.Of(Fma(Vector256.Load(p + j), factor, shift)).Store(p + j);
            new Span<float>(p + keys, whole - keys).Clear();

            Vector256<float> met = default,
                sum = default;
            for (var j = 0; j < whole; j += Lanes)
            {
                var weight = Vector256.Load(p + j);
                var at0 = Vector256.Load(w + j) * s;
                var centred = Vector256.Load(d + j) - mean;
                at0.Store(w + j);
                centred.Store(d + j);
                met = Fma(weight, at0, met);
                sum = Fma(weight, Fma(at0, centred, Vector256.Load(e + j)), sum);
            }
            // Σ P ∘ (dP - D) is 0, so that w's mean does not enter e's.
            Vector256<float> wMean = Vector256.Create(Vector256.Sum(met)),
                eMean = Vector256.Create(Vector256.Sum(sum));
            for (var j = 0; j < whole; j += Lanes)
            {
                var weight = Vector256.Load(p + j);
                var centred = Vector256.Load(d + j);
                var at0 = Vector256.Load(w + j) - wMean;
                (weight * s * centred).Store(d + j);
                (weight * at0).Store(w + j);
                (weight * s * (Fma(at0, centred, Vector256.Load(e + j)) - eMean)).Store(e + j);
            }
        }

        // D of a query: answer times gradient.
        private float Dot(int query)
        {
            float* y = all.answer.Head(image, head) + query * all.answer.Row,
                g = all.grad.Head(image, head) + query * all.grad.Row;
            return AttentionScores.Dot(y, g, all.width);
        }

        private float* Pack(AttentionHeads from, long size)
        {
            var to = scratch.Take(size);
            AttentionScores.PackRows(from.Head(image, head), from.Row, all.keys, all.width, to);
            return to;
        }

        private float* Copy(AttentionHeads from, long size)
        {
            var to = scratch.Take(size);
            PackColumns(from.Head(image, head), from.Row, 1, all.keys, all.width, to);
            return to;
        }

        private float* Rows(AttentionHeads from, int top, int count, float* to)
        {
            AttentionScores.Copy(from.Head(image, head) + top * from.Row, from.Row, count, all.width, to, all.wide);
            return to;
        }

        private void ToMap(float* rows, float* columns, int count, float* map, bool add = false) =>
            MultiplyPacked(rows, all.wide, 1, columns, count, all.whole, all.width, map, all.mapRow, add);

        private void FromMap(float* map, float* rows, int count, AttentionHeads to, int top, bool add = false) =>
            MultiplyPacked(map, all.mapRow, 1, rows, count, all.width, all.keys, to.Head(image, head) + top * to.Row, to.Row, add);

        private void FromColumns(float* map, float* rows, int count, float* to, bool add) =>
            Multiply(map, 1, all.mapRow, rows, all.wide, Columns, all.keys, all.width, count, to, all.width, add);

        public void Dispose() => scratch.Dispose();
    }
}
