using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Parameters;

/// <summary>The sum of the squares of all values of some tensors, in double: in float32 a sum of millions of squares loses four digits.</summary>
/// <remarks>One operator with one derivative on the CPU in float32, where several for each of many small tensors take longer than their work.</remarks>
internal static class SquaredNorm
{
    /// <param name="tensors">At least one.</param>
    /// <returns>A double scalar.</returns>
    internal static Tensor Of(IReadOnlyList<Tensor> tensors) =>
        tensors.Any(t => !Takes(t)) ? Reference(tensors)
        : is_grad_enabled() ? Function.apply([.. tensors])
        : Value(tensors);

    /// <summary>The same in tensor operators, differentiable as often as wanted.</summary>
    internal static Tensor Reference(IReadOnlyList<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        return stack(tensors.Select(t => t.to_type(ScalarType.Float64).square().sum())).sum().MoveToOuterDisposeScope();
    }

    private static Tensor Value(IEnumerable<Tensor> tensors)
    {
        var sum = 0.0;
        foreach (var t in tensors)
        {
            using var dense = t.contiguous();
            sum += Squares(dense);
        }
        return tensor(sum, dtype: ScalarType.Float64);
    }

    [MethodImpl(Hot)]
    private static unsafe double Squares(Tensor t)
    {
        var from = Start(t);
        var count = t.NumberOfElements;
        Vector256<double> even = default,
            odd = default;
        var i = 0L;
        for (; i <= count - Lanes; i += Lanes)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(from + i));
            even = Vector256.MultiplyAddEstimate(lower, lower, even);
            odd = Vector256.MultiplyAddEstimate(upper, upper, odd);
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < count; i++)
            sum += (double)from[i] * from[i];
        return sum;
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(SquaredNorm);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            List<Tensor> tensors = [.. vars.OfType<Tensor>()];
            ctx.save_for_backward(tensors);
            return Value(tensors);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (is_grad_enabled())
                throw new InvalidOperationException("A squared norm has one derivative here; a second was asked for.");
            var twice = 2 * grad_output.item<double>();
            return [.. ctx.get_saved_variables().Select(t => t * twice)];
        }
    }
}
