using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;
using static TorchSharp.torch;

namespace F2Net.Kernels.Parameters;

/// <summary>
/// One AdamW step of one tensor (Loshchilov and Hutter 2019, Algorithm 2): p ← p (1 - η λ) - η / c₁ · m / (√v / √c₂ + ε), with the bias corrections
/// c = 1 - βᵗ. One pass on the CPU in float32, where eight operators for each of hundreds of small tensors take longer than their work.
/// </summary>
/// <param name="Decay">1 - η λ.</param>
/// <param name="Rate">η / c₁.</param>
/// <param name="Scale">1 / √c₂.</param>
internal readonly record struct AdamWUpdate(double Beta1, double Beta2, double Epsilon, double Decay, double Rate, double Scale)
{
    /// <param name="p">Updated, and so are <paramref name="m"/> and <paramref name="v"/>.</param>
    /// <param name="g">The gradient.</param>
    internal void Apply(Tensor p, Tensor g, Tensor m, Tensor v)
    {
        if (Takes(p) && Takes(g) && p.is_contiguous())
        {
            using var dense = g.contiguous();
            Fused(p, dense, m, v);
        }
        else
            Reference(p, g, m, v);
    }

    /// <summary>The same in tensor operators.</summary>
    internal void Reference(Tensor p, Tensor g, Tensor m, Tensor v)
    {
        using var scope = NewDisposeScope();
        p.mul_(Decay);
        m.mul_(Beta1).add_(g, 1 - Beta1);
        v.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
        p.addcdiv_(m, v.sqrt().mul_(Scale).add_(Epsilon), -Rate);
    }

    [MethodImpl(Hot)]
    private unsafe void Fused(Tensor parameter, Tensor gradient, Tensor first, Tensor second)
    {
        float* p = Start(parameter),
            g = Start(gradient),
            m = Start(first),
            v = Start(second);
        var (count, whole) = (parameter.NumberOfElements, parameter.NumberOfElements / Lanes * Lanes);
        var (b1, b2, epsilon, decay, rate, scale) = ((float)Beta1, (float)Beta2, (float)Epsilon, (float)Decay, (float)Rate, (float)Scale);
        var (n1, n2) = ((float)(1 - Beta1), (float)(1 - Beta2));
        for (var i = 0L; i < whole; i += Lanes)
        {
            var x = Vector256.Load(g + i);
            var mean = Vector256.Load(m + i) * b1 + x * n1;
            var square = Vector256.Load(v + i) * b2 + x * x * n2;
            mean.Store(m + i);
            square.Store(v + i);
            var size = Vector256.Sqrt(square) * scale + Vector256.Create(epsilon);
            (Vector256.Load(p + i) * decay - rate * (mean / size)).Store(p + i);
        }
        for (var i = whole; i < count; i++)
        {
            m[i] = m[i] * b1 + g[i] * n1;
            v[i] = v[i] * b2 + g[i] * g[i] * n2;
            p[i] = p[i] * decay - rate * (m[i] / (MathF.Sqrt(v[i]) * scale + epsilon));
        }
    }
}
