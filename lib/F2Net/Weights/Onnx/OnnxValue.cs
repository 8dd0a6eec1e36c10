namespace F2Net.Weights.Onnx;

/// <summary>
/// A tensor that will exist when the graph runs. Its methods add nodes and are named after the tensor operators they stand for, so that an exported
/// module reads like its forward pass.
/// </summary>
internal sealed partial record OnnxValue(OnnxGraph Graph, string Name, long[] Shape)
{
    public static OnnxValue operator +(OnnxValue a, OnnxValue b) => a.Elementwise("Add", b);

    public static OnnxValue operator -(OnnxValue a, OnnxValue b) => a.Elementwise("Sub", b);

    public static OnnxValue operator *(OnnxValue a, OnnxValue b) => a.Elementwise("Mul", b);

    public static OnnxValue operator /(OnnxValue a, OnnxValue b) => a.Elementwise("Div", b);

    public static OnnxValue operator +(OnnxValue a, double b) => a + a.Graph.Number((float)b);

    public static OnnxValue operator *(OnnxValue a, double b) => a * a.Graph.Number((float)b);

    internal OnnxValue Relu() => Unary("Relu");

    internal OnnxValue Sigmoid() => Unary("Sigmoid");

    internal OnnxValue Exp() => Unary("Exp");

    internal OnnxValue Softplus() => Unary("Softplus");

    /// <summary>x Φ(x), by the error function: Gelu is an operator of later sets only, and readers recognise this form.</summary>
    internal OnnxValue Gelu() => this * ((this / Graph.Number(MathF.Sqrt(2))).Unary("Erf") + 1) * 0.5;

    internal OnnxValue Softmax(int axis) => Graph.Node("Softmax", Shape, [this], OnnxAttribute.Of("axis", axis));

    internal OnnxValue CumSum(int axis) => Graph.Node("CumSum", Shape, [this, Graph.Integer(axis)]);

    /// <summary>The mean over some axes, which stay with size 1.</summary>
    internal OnnxValue Mean(params long[] axes) =>
        Graph.Node("ReduceMean", [.. Shape.Select((n, i) => axes.Contains(i) ? 1 : n)], [this], OnnxAttribute.Of("axes", axes));

    /// <summary>Matrix product over the last two axes; the axes before them broadcast.</summary>
    internal OnnxValue MatMul(OnnxValue other) =>
        Graph.Node("MatMul", [.. Broadcast(Shape[..^2], other.Shape[..^2]), Shape[^2], other.Shape[^1]], [this, other]);

    /// <summary>The place of the largest value on an axis, which goes; of type int64.</summary>
    internal OnnxValue ArgMax(int axis) =>
        Graph.Node(
            "ArgMax",
            [.. Shape[..axis], .. Shape[(axis + 1)..]],
            [this],
            OnnxAttribute.Of("axis", axis),
            OnnxAttribute.Of("keepdims", 0)
        );

    internal OnnxValue To(OnnxType type) => Graph.Node("Cast", Shape, [this], OnnxAttribute.Of("to", (long)type));

    private OnnxValue Unary(string type) => Graph.Node(type, Shape, [this]);

    private OnnxValue Elementwise(string type, OnnxValue other) => Graph.Node(type, Broadcast(Shape, other.Shape), [this, other]);

    private static long[] Broadcast(long[] a, long[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        long Size(long[] shape, int i) => i < rank - shape.Length ? 1 : shape[i - (rank - shape.Length)];
        return [.. Enumerable.Range(0, rank).Select(i => Math.Max(Size(a, i), Size(b, i)))];
    }
}
