using F2Net.Kernels.Cuda;
using F2Net.Model.StateSpace;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Scans;

/// <summary>
/// The selective scan of a map along up to four directions: steps, B and C are projected from each pixel, Mamba-2's recurrence runs along rows, columns
/// and both backwards, and the results are added. On the CPU in float32 one fused pass that copies nothing to change the order, on a GPU three kernels a
/// direction; the reference in tensor operators elsewhere.
/// </summary>
public static class SelectiveScan
{
    /// <param name="x">(B, H, W, C), C a multiple of 16: R = C / 16 heads.</param>
    /// <param name="weight">x_proj_weight, (K, R + 2N, C), of the first K directions: rows for the steps, for B and for C.</param>
    /// <param name="bias">dt_projs_bias, (K, R).</param>
    /// <param name="aLogs">(K, R), A = -exp of it.</param>
    /// <param name="skips">D, (K, R, 16).</param>
    /// <param name="segment">Tokens whose states the way back holds at once on the CPU, see <see cref="ScanOptions.Segment"/>.</param>
    /// <returns>(B, H, W, C).</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor bias, Tensor aLogs, Tensor skips, int? segment = null)
    {
        using var scope = NewDisposeScope();
        if (Takes(x))
        {
            Tensor[] dense = [x.contiguous(), weight.contiguous(), bias.contiguous(), aLogs.contiguous(), skips.contiguous()];
            return Fused.apply([.. dense, Chunks(segment)]).MoveToOuterDisposeScope();
        }
        if (CudaScan.Takes(x, weight, skips))
            return Recomputed
                .Apply(t => CudaScan.Run(t[0], t[1], t[2], t[3], t[4]), Reference, x, weight, bias, aLogs, skips)
                .MoveToOuterDisposeScope();
        return Reference(x, weight, bias, aLogs, skips).MoveToOuterDisposeScope();
    }

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    public static Tensor Reference(Tensor x, Tensor weight, Tensor bias, Tensor aLogs, Tensor skips)
    {
        using var scope = NewDisposeScope();
        return SelectiveScanSteps.Of(x, weight, bias, aLogs, skips).Merged.permute(0, 2, 3, 1).MoveToOuterDisposeScope();
    }

    private static Tensor Reference(IList<Tensor> t) => Reference(t[0], t[1], t[2], t[3], t[4]);

    private static int Chunks(int? segment) => segment is { } tokens ? Math.Max(1, tokens / ScanChunk.Length) : int.MaxValue;

    private sealed unsafe class Fused : autograd.SingleTensorFunction<Fused>
    {
        public override string Name => nameof(SelectiveScan);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var scope = NewDisposeScope();
            var inputs = vars.OfType<Tensor>().ToList();
            ctx.save_for_backward(inputs);
            ctx.save_data("segment", vars[5]);
            var x = inputs[0];
            var rates = inputs[3].exp().neg();
            var shape = Shape(inputs, rates);
            var lanes = LanesFor(x.shape[0], shape.Directions);
            var sums = Enumerable.Range(0, lanes).Select(_ => empty_like(x)).ToArray();
            Team.Run(
                x.shape[0] * lanes,
                job =>
                {
                    var (image, lane) = (job / lanes * shape.Tokens * shape.Channels, (int)(job % lanes));
                    using var scan = new SelectiveScanForward(shape);
                    for (var direction = lane; direction < shape.Directions; direction += lanes)
                        scan.Run(Start(x) + image, direction, Start(sums[lane]) + image, add: direction != lane);
                }
            );
            return Sum(sums).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var inputs = ctx.get_saved_variables();
            if (is_grad_enabled())
                return
                [
                    .. SecondOrder.Through(Reference(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]), inputs, grad_output),
                    null!,
                ];

            var (x, batch) = (inputs[0], inputs[0].shape[0]);
            var grad = grad_output.contiguous();
            var rates = inputs[3].exp().neg();
            var (shape, segment) = (Shape(inputs, rates), (int)ctx.get_data("segment"));
            var lanes = LanesFor(batch, shape.Directions);
            var gradX = Enumerable.Range(0, lanes).Select(_ => empty_like(x)).ToArray();
            // One sum for each image and direction, added up afterwards: threads do not share it, and the order does not depend on them.
            var gradients = inputs.Skip(1).Select(p => empty([batch, .. p.shape])).ToArray();
            Team.Run(
                batch * lanes,
                job =>
                {
                    var (image, lane) = (job / lanes, (int)(job % lanes));
                    var start = image * shape.Tokens * shape.Channels;
                    using var scan = new SelectiveScanBackward(shape, segment);
                    for (var direction = lane; direction < shape.Directions; direction += lanes)
                        scan.Run(
                            Start(x) + start,
                            Start(grad) + start,
                            direction,
                            Start(gradX[lane]) + start,
                            add: direction != lane,
                            [
                                .. gradients.Select(g =>
                                    (nint)(
                                        Start(g)
                                        + (image * shape.Directions + direction) * (g.NumberOfElements / (batch * shape.Directions))
                                    )
                                ),
                            ]
                        );
                }
            );
            return [Sum(gradX), .. gradients.Select(JobSums.Of), null!];
        }

        // Directions that share a sum take turns: row scans and column scans on two threads, each direction on its own where there are more.
        private static int LanesFor(long batch, int directions) => get_num_threads() > 2 * batch ? directions : Math.Min(2, directions);

        private static Tensor Sum(Tensor[] sums)
        {
            foreach (var other in sums.AsSpan(1))
            {
                sums[0].add_(other);
                other.Dispose();
            }
            return sums[0];
        }

        private static ScanShape Shape(List<Tensor> inputs, Tensor rates)
        {
            var (x, weight) = (inputs[0], inputs[1]);
            var heads = (int)inputs[2].shape[1];
            return new(
                (int)x.shape[1],
                (int)x.shape[2],
                (int)x.shape[3],
                ((int)weight.shape[1] - heads) / 2,
                (int)weight.shape[0],
                (nint)Start(weight),
                (nint)Start(inputs[2]),
                (nint)Start(rates),
                (nint)Start(inputs[4])
            );
        }
    }
}
