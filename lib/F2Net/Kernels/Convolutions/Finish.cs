using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Convolutions;

/// <summary>What happens to a convolution's outputs on their way to memory: a shift, an identity added, ReLU.</summary>
/// <param name="Shift">Of the channel in hand.</param>
/// <param name="Identity">The channel's plane of another map, or null.</param>
internal readonly unsafe record struct Finish(float Shift, nint Identity, bool Relu)
{
    /// <summary>Writes so many values into a plane from a place on.</summary>
    [MethodImpl(Hot)]
    internal void Write(float* values, float* plane, long place, int count)
    {
        var to = plane + place;
        var identity = Identity == 0 ? null : (float*)Identity + place;
        var floor = Relu ? 0 : float.NegativeInfinity;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            var y = Vector256.Load(values + i) + Vector256.Create(Shift);
            if (identity != null)
                y += Vector256.Load(identity + i);
            Vector256.Max(y, Vector256.Create(floor)).Store(to + i);
        }
        for (; i < count; i++)
            to[i] = Math.Max(values[i] + Shift + (identity == null ? 0 : identity[i]), floor);
    }
}
