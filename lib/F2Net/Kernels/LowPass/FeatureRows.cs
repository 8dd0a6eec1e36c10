using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.LowPass;

/// <summary>Where <see cref="AdaptiveLowPass"/> has its features from, row by row.</summary>
internal abstract unsafe class FeatureRows
{
    /// <summary>Writes a row of one group of one image, channel after channel, <paramref name="map"/> floats apart.</summary>
    internal abstract void Load(LowPassShape shape, long image, int group, int y, float* to, long map);
}

/// <summary>Features that are there.</summary>
/// <param name="x">(B, C, H, W), contiguous.</param>
internal sealed unsafe class StoredFeatures(float* x) : FeatureRows
{
    internal override void Load(LowPassShape shape, long image, int group, int y, float* to, long map)
    {
        var from = x + (image * shape.Groups + group) * shape.Channels * shape.Area + (long)y * shape.Width;
        for (var c = 0; c < shape.Channels; c++, from += shape.Area, to += map)
            Buffer.MemoryCopy(from, to, shape.Width * sizeof(float), shape.Width * sizeof(float));
    }
}

/// <summary>What one map has over another.</summary>
/// <param name="x">(B, C, H, W), contiguous; <paramref name="less"/> likewise.</param>
internal sealed unsafe class Differences(float* x, float* less) : FeatureRows
{
    [MethodImpl(Hot)]
    internal override void Load(LowPassShape shape, long image, int group, int y, float* to, long map)
    {
        var first = (image * shape.Groups + group) * shape.Channels * shape.Area + (long)y * shape.Width;
        for (var c = 0; c < shape.Channels; c++, first += shape.Area, to += map)
        {
            var i = 0;
            for (; i <= shape.Width - Lanes; i += Lanes)
                (Vector256.Load(x + first + i) - Vector256.Load(less + first + i)).Store(to + i);
            for (; i < shape.Width; i++)
                to[i] = x[first + i] - less[first + i];
        }
    }
}

/// <summary>Features made of an image by a 1 x 1 convolution when they are needed.</summary>
/// <param name="image">(B, Cin, H, W), contiguous.</param>
/// <param name="weight">(C, Cin).</param>
/// <param name="bias">(C).</param>
internal sealed unsafe class ProjectedFeatures(float* image, int inChannels, float* weight, float* bias) : FeatureRows
{
    [MethodImpl(Hot)]
    internal override void Load(LowPassShape shape, long picture, int group, int y, float* to, long map)
    {
        var from = image + picture * inChannels * shape.Area + (long)y * shape.Width;
        for (var c = group * shape.Channels; c < (group + 1) * shape.Channels; c++, to += map)
        {
            var w = weight + c * inChannels;
            var x = 0;
            for (; x + Lanes <= shape.Width; x += Lanes)
            {
                var sum = Vector256.Create(bias[c]);
                for (var k = 0; k < inChannels; k++)
                    sum = Fma(w[k], Vector256.Load(from + k * shape.Area + x), sum);
                sum.Store(to + x);
            }
            for (; x < shape.Width; x++)
            {
                to[x] = bias[c];
                for (var k = 0; k < inChannels; k++)
                    to[x] += w[k] * from[k * shape.Area + x];
            }
        }
    }
}
