using F2Net.Kernels.Convolutions;
using F2Net.Kernels.Cuda;
using static TorchSharp.torch;

namespace F2Net.Kernels.LowPass;

/// <summary>
/// AFD's core (Eq. 3-5): each group's filter generator, the softmax over its k·k responses at every pixel, and the sum of the
/// neighbours they weigh. One pass over the image, forward and backward, on the CPU in float32; the reference in tensor operators
/// elsewhere. The responses, k·k / (C / G) times the size of the image's features, are never stored.
/// </summary>
public static class AdaptiveLowPass
{
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">(G·k·k, C / G, 3, 3): the generators, group after group; a group has C / G consecutive channels.</param>
    /// <param name="bias">(G·k·k).</param>
    /// <param name="groups">G.</param>
    /// <returns>(B, C, H, W); pixels outside the image count as zero.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor bias, long groups) =>
        Simd.Takes(x)
            ? Fused.apply(x.contiguous(), weight.contiguous(), bias.contiguous(), groups, false)[0]
            : Reference(x, weight, bias, groups);

    /// <summary>
    /// AFD whole: an image projected by a 1 x 1 convolution, its low frequencies and the rest (Eq. 3-5, 7). Without gradients the projection
    /// is made as the filters need it, on a GPU too, and only the two results exist.
    /// </summary>
    /// <param name="image">(B, Cin, H, W).</param>
    /// <param name="projection">(C, Cin, 1, 1).</param>
    /// <param name="projectionBias">(C).</param>
    /// <param name="weight">As in <see cref="Apply"/>, and so are the other two.</param>
    /// <returns>Both (B, C, H, W).</returns>
    public static (Tensor Low, Tensor High) Split(
        Tensor image,
        Tensor projection,
        Tensor projectionBias,
        Tensor weight,
        Tensor bias,
        long groups
    )
    {
        if (!is_grad_enabled() && CudaLowPass.Takes(image, weight, groups))
            return CudaLowPass.Split(image, projection, projectionBias, weight, bias, groups);
        using var scope = NewDisposeScope();
        if (!Simd.Takes(image))
        {
            var x = nn.functional.conv2d(image, projection, projectionBias); // (B, C, H, W)
            var filtered = Apply(x, weight, bias, groups);
            return scope.MoveToOuter(filtered, x - filtered);
        }
        if (is_grad_enabled())
        {
            var parts = Fused.apply(NarrowConvolution.Apply(image, projection, projectionBias), weight, bias, groups, true);
            return scope.MoveToOuter(parts[0], parts[1]);
        }
        var (dense, batch, inChannels) = (image.contiguous(), image.shape[0], image.shape[1]);
        var shape = new LowPassShape(weight, groups, image.shape[2], image.shape[3]);
        var low = empty(batch, projection.shape[0], image.shape[2], image.shape[3]);
        var high = empty_like(low);
        unsafe
        {
            var features = new ProjectedFeatures(
                Simd.Start(dense),
                (int)inChannels,
                Simd.Start(projection.contiguous()),
                Simd.Start(projectionBias.contiguous())
            );
            new LowPassForward(
                shape,
                features,
                Simd.Start(weight.contiguous()),
                Simd.Start(bias.contiguous()),
                Simd.Start(low),
                Simd.Start(high)
            ).Run(batch);
        }
        return scope.MoveToOuter(low, high);
    }

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor weight, Tensor bias, long groups)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var taps = weight.shape[0] / groups;
        var side = (long)Math.Sqrt(taps);
        var reach = side / 2;
        var responses = nn.functional.conv2d(x, weight, bias, padding: [1, 1], groups: groups); // (B, G·k·k, H, W)
        // Split once and not narrowed tap by tap: the gradients of the parts come back as one tensor.
        var weights = responses.view(batch, groups, taps, height, width).softmax(2).chunk(taps, 2); // Eq. 4   k·k times (B, G, 1, H, W)
        var padded = nn.functional.pad(x, [reach, reach, reach, reach]).view(batch, groups, -1, height + 2 * reach, width + 2 * reach);
        var low = zeros_like(x).view(batch, groups, -1, height, width);
        for (var tap = 0L; tap < taps; tap++)
        {
            var neighbours = padded.narrow(3, tap / side, height).narrow(4, tap % side, width);
            low = low + weights[tap] * neighbours; // Eq. 5   (B, G, C / G, H, W)
        }
        return low.view(batch, channels, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>The low frequencies and, where wanted, what they leave over.</summary>
    private sealed unsafe class Fused : autograd.MultiTensorFunction<Fused>
    {
        public override string Name => nameof(AdaptiveLowPass);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var inputs = vars.OfType<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            ctx.save_data("groups", vars[3]);
            var low = empty_like(inputs[0]);
            var high = (bool)vars[4] ? empty_like(inputs[0]) : null;
            new LowPassForward(
                Shape(inputs, (long)vars[3]),
                new StoredFeatures(Simd.Start(inputs[0])),
                Simd.Start(inputs[1]),
                Simd.Start(inputs[2]),
                Simd.Start(low),
                high is null ? null : Simd.Start(high)
            ).Run(low.shape[0]);
            return [low.MoveToOuterDisposeScope(), .. high is null ? Array.Empty<Tensor>() : [high.MoveToOuterDisposeScope()]];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var inputs = ctx.get_saved_variables();
            var (x, weight, bias, groups) = (inputs[0], inputs[1], inputs[2], (long)ctx.get_data("groups"));
            var ofHigh = grad_outputs.Count > 1 ? grad_outputs[1] : null;
            if (is_grad_enabled())
            {
                var low = Reference(x, weight, bias, groups);
                var through = SecondOrder.Through(low, inputs, ofHigh is null ? grad_outputs[0] : grad_outputs[0] - ofHigh);
                return [ofHigh is null ? through[0] : through[0] + ofHigh, through[1], through[2], null!, null!];
            }

            var (rowsOfLow, rowsOfHigh) = (grad_outputs[0].contiguous(), ofHigh?.contiguous());
            var gradX = empty_like(x);
            // One sum for each image, added up afterwards: threads do not share it, and the order does not depend on them.
            var gradWeight = empty([x.shape[0], .. weight.shape]);
            var gradBias = empty([x.shape[0], .. bias.shape]);
            LowPassBackward.Run(
                Shape(inputs, groups),
                x.shape[0],
                Simd.Start(x),
                Simd.Start(weight),
                Simd.Start(bias),
                Simd.Start(rowsOfLow),
                rowsOfHigh is null ? null : Simd.Start(rowsOfHigh),
                Simd.Start(gradX),
                Simd.Start(gradWeight),
                Simd.Start(gradBias)
            );
            return [gradX, JobSums.Of(gradWeight), JobSums.Of(gradBias), null!, null!];
        }

        private static LowPassShape Shape(List<Tensor> inputs, long groups) =>
            new(inputs[1], groups, inputs[0].shape[2], inputs[0].shape[3]);
    }
}
