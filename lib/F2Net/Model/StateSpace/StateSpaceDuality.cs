using F2Net.Kernels.Matrices;
using F2Net.Kernels.Scans;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>
/// The selective state-space recurrence of Mamba-2 in its chunked, dual form (Dao and Gu 2024): matrix products inside chunks,
/// a scan over the chunks' states. Per head: S_t = exp(A dt_t) S_{t-1} + dt_t x_t B_tᵀ;  y_t = S_t C_t + D x_t.
/// </summary>
/// <remarks>
/// Exact for every length: the tail is padded with dt = 0, which neither moves nor feeds the state. Memory is linear in the
/// length, and everything is a tensor operator, so it can be differentiated twice and runs on any device. Inside, time is the
/// last axis, which makes each matrix product one batched call on matrices that lie in one piece.
/// </remarks>
public static class StateSpaceDuality
{
    /// <summary>Tokens in a chunk, unless others are asked for.</summary>
    public const long ChunkSize = 64;

    // Without gradients long sequences go in stretches of this many tokens, so that the chunk matrices of only one stretch exist.
    private const long StretchLength = 16384;

    /// <param name="x">(B, L, H, P).</param>
    /// <param name="dt">(B, L, H), the step sizes after softplus.</param>
    /// <param name="a">(H), negative.</param>
    /// <param name="b">(B, L, G, N); each group serves H / G consecutive heads.</param>
    /// <param name="c">(B, L, G, N).</param>
    /// <param name="d">The skip's weight, (H) or (H, P).</param>
    /// <param name="initialState">(B, H, P, N); zero when absent.</param>
    /// <param name="chunkSize">Tokens in a chunk; the result does not depend on it.</param>
    /// <returns>y (B, L, H, P) and the state after the last token (B, H, P, N).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static (Tensor Y, Tensor FinalState) Scan(
        Tensor x,
        Tensor dt,
        Tensor a,
        Tensor b,
        Tensor c,
        Tensor d,
        Tensor? initialState = null,
        long chunkSize = ChunkSize
    )
    {
        CheckShapes(x, dt, a, b, c);
        using var scope = NewDisposeScope();
        var length = x.shape[1];
        var state = initialState;
        var stretch = is_grad_enabled() ? length : StretchLength;
        var parts = new List<Tensor>();
        for (var start = 0L; start < length; start += stretch)
        {
            var count = Math.Min(stretch, length - start);
            Tensor Part(Tensor t) => Narrowed(t, 1, start, count);
            (var part, state) = ScanStretch(Part(x), Part(dt), a, Part(b), Part(c), d, state, chunkSize);
            parts.Add(part);
        }
        var y = parts.Count == 1 ? parts[0] : cat(parts, 3); // (B, H, P, L)
        return scope.MoveToOuter(y.permute(0, 3, 1, 2), state!);
    }

    /// <summary>A stretch whose chunks all exist at once; y comes time-last, (B, H, P, L).</summary>
    private static (Tensor Y, Tensor FinalState) ScanStretch(
        Tensor x,
        Tensor dt,
        Tensor a,
        Tensor b,
        Tensor c,
        Tensor d,
        Tensor? initialState,
        long chunk
    )
    {
        using var scope = NewDisposeScope();
        var (batch, length, heads, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var (groups, stateSize) = (b.shape[2], b.shape[3]);
        var shared = heads / groups; // R heads share a group's B and C
        var chunks = (length + chunk - 1) / chunk;

        var xs = Chunked(x, groups, chunk).view(batch, groups, chunks, shared, width, chunk); // (B, G, n, R, P, Q)
        var step = Chunked(dt, groups, chunk); // (B, G, n, R, Q)
        var input = Chunked(b, groups, chunk); // (B, G, n, N, Q)
        var output = Chunked(c, groups, chunk); // (B, G, n, N, Q)

        var decay = (step * a.view(groups, 1, shared, 1)).cumsum(4); // c_t, inclusive   (B, G, n, R, Q)
        var total = decay.narrow(4, chunk - 1, 1); // c_Q   (B, G, n, R, 1)
        var fed = xs * step.unsqueeze(4); // dt_t x_t   (B, G, n, R, P, Q)

        var toEnd = (total - decay).exp(); // exp(c_Q - c_s)
        var fedToEnd = (fed * toEnd.unsqueeze(4)).view(batch, groups, chunks, shared * width, chunk);
        var added = MatrixProduct.Apply(fedToEnd, input.transpose(3, 4)); // what each chunk adds to the state   (B, G, n, R·P, N)
        var affinity = MatrixProduct.Apply(input.transpose(3, 4), output); // B_s·C_t   (B, G, n, Q_s, Q_t)
        var within = MatrixProduct.Apply(fed, DecayedAffinity.Apply(decay, affinity)); // (B, G, n, R, P, Q)
        var skip = xs * (d.shape.Length == 1 ? d.view(groups, 1, shared, 1, 1) : d.view(groups, 1, shared, width, 1));
        var own = within + skip;
        if (chunks == 1 && initialState is null) // nothing enters it
            return scope.MoveToOuter(Sequence(own), added.view(batch, heads, width, stateSize));

        var state = initialState ?? zeros([batch, heads, width, stateSize], dtype: x.dtype, device: x.device);
        var states = Carry(
            total.exp().unsqueeze(5), // (B, G, n, R, 1, 1)
            added.view(batch, groups, chunks, shared, width, stateSize),
            state.view(batch, groups, 1, shared, width, stateSize)
        ); // (B, G, n + 1, R, P, N)
        var entering = states.narrow(2, 0, chunks).reshape(batch, groups, chunks, shared * width, stateSize);
        var carried = MatrixProduct.Apply(entering, output).view(batch, groups, chunks, shared, width, chunk) * decay.exp().unsqueeze(4);
        return scope.MoveToOuter(Sequence(own + carried), states.select(2, chunks).reshape(batch, heads, width, stateSize));

        Tensor Sequence(Tensor y) => Narrowed(y.permute(0, 1, 3, 4, 2, 5).reshape(batch, heads, width, chunks * chunk), 3, 0, length);
    }

    // A part that is the whole stays as it is: a slice's gradient is copied into zeros of another order.
    private static Tensor Narrowed(Tensor t, int axis, long start, long count) => count == t.shape[axis] ? t : t.narrow(axis, start, count);

    /// <summary>(B, L, …) with G·F features a token to (B, G, n, F, Q), in one piece, the tail padded with zeros.</summary>
    private static Tensor Chunked(Tensor sequence, long groups, long chunk)
    {
        var (batch, length) = (sequence.shape[0], sequence.shape[1]);
        var chunks = (length + chunk - 1) / chunk;
        var timeLast = sequence.reshape(batch, length, groups, -1).permute(0, 2, 3, 1); // (B, G, F, L)
        if (chunks * chunk != length)
            timeLast = nn.functional.pad(timeLast, [0, chunks * chunk - length]);
        return timeLast.reshape(batch, groups, -1, chunks, chunk).transpose(2, 3).contiguous();
    }

    /// <summary>The state before each of the n chunks and after the last one: (B, G, n + 1, R, P, N).</summary>
    private static Tensor Carry(Tensor decay, Tensor added, Tensor initialState)
    {
        using var scope = NewDisposeScope();
        var first = ones_like(decay.narrow(2, 0, 1));
        return InclusiveScan(cat([first, decay], 2), cat([initialState, added], 2)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// All prefixes of (a1, s1)∘(a2, s2) = (a1 a2, a2 s1 + s2) along dimension 2, by halving: pairs are combined, their
    /// prefixes found by recursion, and the elements between them follow from one more combination.
    /// </summary>
    private static Tensor InclusiveScan(Tensor decay, Tensor state)
    {
        var count = state.shape[2];
        if (count == 1)
            return state;

        var pairs = count / 2;
        var (evenDecay, oddDecay) = (decay.slice(2, 0, 2 * pairs, 2), decay.slice(2, 1, count, 2));
        var (evenState, oddState) = (state.slice(2, 0, 2 * pairs, 2), state.slice(2, 1, count, 2));
        var odd = InclusiveScan(oddDecay * evenDecay, oddDecay * evenState + oddState); // prefixes ending at 1, 3, 5, …
        var later = count - pairs - 1;
        var even =
            later == 0
                ? state.narrow(2, 0, 1)
                : cat([state.narrow(2, 0, 1), decay.slice(2, 2, count, 2) * odd.narrow(2, 0, later) + state.slice(2, 2, count, 2)], 2);
        var interleaved = stack([even.narrow(2, 0, pairs), odd], 3).flatten(2, 3);
        return count % 2 == 0 ? interleaved : cat([interleaved, even.narrow(2, pairs, 1)], 2);
    }

    // Checked here because a failing native call inside autograd is harder to read, and not every provider survives it.
    private static void CheckShapes(Tensor x, Tensor dt, Tensor a, Tensor b, Tensor c)
    {
        var heads = x.shape[2];
        if (x.shape.Length != 4 || !dt.shape.SequenceEqual(x.shape.Take(3)) || !a.shape.SequenceEqual([heads]))
            throw new ArgumentException($"x {Shape(x)} must be (B, L, H, P), dt {Shape(dt)} (B, L, H) and a {Shape(a)} (H).", nameof(x));
        if (
            b.shape.Length != 4
            || !b.shape.Take(2).SequenceEqual(x.shape.Take(2))
            || !c.shape.SequenceEqual(b.shape)
            || heads % b.shape[2] != 0
        )
            throw new ArgumentException(
                $"b {Shape(b)} and c {Shape(c)} must both be (B, L, G, N) with B and L of x {Shape(x)} and G a divisor of its H.",
                nameof(b)
            );
    }

    private static string Shape(Tensor t) => $"({string.Join(", ", t.shape)})";
}
