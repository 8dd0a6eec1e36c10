using F2Net.Model.StateSpace;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>
/// <see cref="StateSpaceDuality"/>: matrix products inside chunks of 64 tokens, the state handed from chunk to chunk. Here a loop makes one chunk a
/// turn, so the chunk matrices of only one exist, whatever the size of the image.
/// </summary>
/// <remarks>
/// Exact for every length: the tail is padded, and what comes behind the last token reaches no token before it.
/// </remarks>
internal static class OnnxStateSpaceDuality
{
    private const long ChunkSize = 64;

    /// <param name="x">(G, L, R·P): R heads of width P in each of G groups.</param>
    /// <param name="dt">(G, L, R), the step sizes after softplus.</param>
    /// <param name="a">(G, R, 1, 1), negative.</param>
    /// <param name="b">(G, L, N), shared by a group's heads.</param>
    /// <param name="c">(G, L, N).</param>
    /// <param name="d">The skip's weight, (G, R, 1, P).</param>
    /// <returns>y, (G, L, R·P).</returns>
    internal static OnnxValue Scan(OnnxValue x, OnnxValue dt, OnnxValue a, OnnxValue b, OnnxValue c, OnnxValue d)
    {
        var graph = x.Graph;
        var (groups, length, heads, width) = (x.Shape[0], x.Shape[1], d.Shape[1], d.Shape[3]);
        var chunk = Math.Min(ChunkSize, length);
        var chunks = (length + chunk - 1) / chunk;
        OnnxValue Chunked(OnnxValue sequence) => sequence.PadEnd(1, chunks * chunk - length).Reshape(groups, chunks, chunk, -1); // (G, n, Q, ·)

        var start = Zeros(graph, groups, heads, b.Shape[2], width); // (G, R, N, P)
        var future = Future(graph, chunk); // (Q_t, Q_s)
        var y = graph.Scan(start, [Chunked(x), Chunked(dt), Chunked(b), Chunked(c)], axis: 1, Turn); // (G, n, Q, R·P)
        return y.Reshape(groups, chunks * chunk, heads * width).Narrow(1, 0, length);

        (OnnxValue State, OnnxValue Y) Turn(OnnxValue state, OnnxValue[] slices)
        {
            var xs = slices[0].Reshape(groups, chunk, heads, width).Permute(0, 2, 1, 3); // (G, R, Q, P)
            var step = slices[1].Permute(0, 2, 1).Unsqueeze(3); // (G, R, Q, 1)
            var (input, output) = (slices[2].Unsqueeze(1), slices[3].Unsqueeze(1)); // (G, 1, Q, N)

            var decay = (step * a).CumSum(2); // c_t, inclusive   (G, R, Q, 1)
            var total = decay.Narrow(2, chunk - 1, 1); // c_Q   (G, R, 1, 1)
            var fed = xs * step; // dt_t x_t   (G, R, Q, P)

            var weights = (decay - decay.T() + future).Exp() * output.MatMul(input.T()); // exp(c_t - c_s) C_t·B_s for s ≤ t   (G, R, Q_t, Q_s)
            var carried = output.MatMul(state) * decay.Exp();
            var said = weights.MatMul(fed) + carried + xs * d; // (G, R, Q, P)

            var next = total.Exp() * state + input.T().MatMul(fed * (total - decay).Exp()); // (G, R, N, P)
            return (next, said.Permute(0, 2, 1, 3).Reshape(groups, chunk, heads * width));
        }
    }

    // Added before the exponential, where c_t - c_s of a later s is positive and could overflow.
    private static OnnxValue Future(OnnxGraph graph, long chunk)
    {
        using var scope = NewDisposeScope();
        var later = ones(chunk, chunk, dtype: ScalarType.Bool).tril().logical_not();
        return graph.Weight($"future.{chunk}", zeros(chunk, chunk).masked_fill(later, double.NegativeInfinity));
    }

    private static OnnxValue Zeros(OnnxGraph graph, params long[] shape)
    {
        using var scope = NewDisposeScope();
        return graph.Weight($"zeros[{string.Join(", ", shape)}]", zeros(shape));
    }
}
