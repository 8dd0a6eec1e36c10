namespace F2Net.Weights.Onnx;

/// <content>Operators on maps (B, C, h, w).</content>
internal sealed partial record OnnxValue
{
    /// <summary>Bilinear, with half-pixel centres and without antialiasing, as <see cref="Model.Resize"/>.</summary>
    internal OnnxValue ResizeTo(long height, long width) =>
        Shape[2] == height && Shape[3] == width
            ? this
            : Resized("linear", "half_pixel", height, width, null, Graph.Integers(Shape[0], Shape[1], height, width));

    /// <inheritdoc cref="ResizeTo"/>
    /// <param name="scale">At most 1; the sizes are rounded down, the distance of the samples is not.</param>
    internal OnnxValue ResizeBy(double scale) =>
        scale == 1 ? this : Resized("linear", "half_pixel", (long)(Shape[2] * scale), (long)(Shape[3] * scale), Scales(scale), null);

    /// <summary>Each value repeated <paramref name="times"/> times down and across.</summary>
    internal OnnxValue Repeat(int times) => Resized("nearest", "asymmetric", Shape[2] * times, Shape[3] * times, Scales(times), null);

    /// <summary>A square window of 3 in steps of 2; what lies outside never wins.</summary>
    internal OnnxValue MaxPool3() =>
        Graph.Node(
            "MaxPool",
            [Shape[0], Shape[1], (Shape[2] + 1) / 2, (Shape[3] + 1) / 2],
            [this],
            OnnxAttribute.Of("kernel_shape", 3, 3),
            OnnxAttribute.Of("strides", 2, 2),
            OnnxAttribute.Of("pads", 1, 1, 1, 1)
        );

    internal OnnxValue AveragePool(long height, long width, long stride) =>
        Graph.Node(
            "AveragePool",
            [Shape[0], Shape[1], (Shape[2] - height) / stride + 1, (Shape[3] - width) / stride + 1],
            [this],
            OnnxAttribute.Of("kernel_shape", height, width),
            OnnxAttribute.Of("strides", stride, stride)
        );

    /// <param name="weight">(Cout, C / groups, k, k).</param>
    /// <param name="bias">(Cout); null for none.</param>
    internal OnnxValue Conv(OnnxValue weight, OnnxValue? bias, long stride = 1, long padding = 0, long dilation = 1)
    {
        long Size(int axis) => (Shape[axis] + 2 * padding - dilation * (weight.Shape[axis] - 1) - 1) / stride + 1;
        return Graph.Node(
            "Conv",
            [Shape[0], weight.Shape[0], Size(2), Size(3)],
            bias is null ? [this, weight] : [this, weight, bias],
            OnnxAttribute.Of("kernel_shape", weight.Shape[2], weight.Shape[3]),
            OnnxAttribute.Of("strides", stride, stride),
            OnnxAttribute.Of("pads", padding, padding, padding, padding),
            OnnxAttribute.Of("dilations", dilation, dilation),
            OnnxAttribute.Of("group", Shape[1] / weight.Shape[1])
        );
    }

    private OnnxValue Resized(string mode, string centres, long height, long width, OnnxValue? scales, OnnxValue? sizes) =>
        Graph.Node(
            "Resize",
            [Shape[0], Shape[1], height, width],
            [this, null, scales, sizes],
            OnnxAttribute.Of("mode", mode),
            OnnxAttribute.Of("coordinate_transformation_mode", centres),
            OnnxAttribute.Of("nearest_mode", "floor")
        );

    private OnnxValue Scales(double scale)
    {
        var factor = (float)scale;
        return Graph.Numbers(1, 1, factor, factor);
    }
}
