namespace F2Net.Weights.Onnx;

/// <content>Operators that move values and compute none.</content>
internal sealed partial record OnnxValue
{
    /// <param name="shape">One size may be -1: what is left for it.</param>
    internal OnnxValue Reshape(params long[] shape)
    {
        var known = shape.Where(n => n != -1).Aggregate(1L, (product, n) => product * n);
        long[] full = [.. shape.Select(n => n == -1 ? Shape.Aggregate(1L, (product, size) => product * size) / known : n)];
        return Graph.Node("Reshape", full, [this, Graph.Integers(full)]);
    }

    internal OnnxValue Permute(params int[] axes) =>
        Graph.Node("Transpose", [.. axes.Select(i => Shape[i])], [this], OnnxAttribute.Of("perm", axes.Select(i => (long)i)));

    internal OnnxValue Unsqueeze(int axis) => Reshape([.. Shape[..axis], 1, .. Shape[axis..]]);

    /// <summary>The last two axes exchanged.</summary>
    internal OnnxValue T()
    {
        var rank = Shape.Length;
        return Permute([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
    }

    internal OnnxValue Narrow(int axis, long start, long length) => Slice(axis, start, start + length, 1, length);

    internal OnnxValue Flip(int axis) => Slice(axis, -1, long.MinValue, -1, Shape[axis]);

    internal static OnnxValue Cat(int axis, params IReadOnlyList<OnnxValue> parts)
    {
        var shape = (long[])parts[0].Shape.Clone();
        shape[axis] = parts.Sum(p => p.Shape[axis]);
        return parts[0].Graph.Node("Concat", shape, parts, OnnxAttribute.Of("axis", axis));
    }

    /// <summary>Zeros behind the end of an axis.</summary>
    internal OnnxValue PadEnd(int axis, long added)
    {
        if (added == 0)
            return this;
        var pads = new long[2 * Shape.Length];
        pads[Shape.Length + axis] = added;
        return Padded("constant", pads);
    }

    /// <summary>Zeros all around a map (B, C, h, w).</summary>
    internal OnnxValue PadZeros(long around) => Padded("constant", [0, 0, around, around, 0, 0, around, around]);

    /// <summary>A map (B, C, h, w) continued by its outermost values.</summary>
    internal OnnxValue PadEdge(long top, long bottom, long left, long right) => Padded("edge", [0, 0, top, left, 0, 0, bottom, right]);

    private OnnxValue Padded(string mode, long[] pads) =>
        Graph.Node(
            "Pad",
            [.. Shape.Select((n, i) => n + pads[i] + pads[Shape.Length + i])],
            [this, Graph.Integers(pads)],
            OnnxAttribute.Of("mode", mode)
        );

    private OnnxValue Slice(int axis, long start, long end, long step, long length)
    {
        var shape = (long[])Shape.Clone();
        shape[axis] = length;
        return Graph.Node("Slice", shape, [this, Graph.Integers(start), Graph.Integers(end), Graph.Integers(axis), Graph.Integers(step)]);
    }
}
