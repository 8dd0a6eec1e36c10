using System.Runtime.Intrinsics;
using static F2Net.Kernels.Scans.ScanChunk;
using static F2Net.Kernels.Simd;

namespace F2Net.Kernels.Scans;

/// <summary>One direction's gradients of the parameters, added up over its chunks.</summary>
internal sealed unsafe class ScanParameterGrads
{
    private readonly float* bias,
        aLogs,
        skips;

    /// <param name="pointers">Where the gradients of weight (F, C), bias (R), aLogs (R) and skips (C) go.</param>
    internal ScanParameterGrads(ScanShape shape, nint[] pointers)
    {
        Weight = (float*)pointers[0];
        bias = (float*)pointers[1];
        aLogs = (float*)pointers[2];
        skips = (float*)pointers[3];
        new Span<float>(Weight, shape.Features * shape.Channels).Clear();
        new Span<float>(bias, shape.Heads).Clear();
        new Span<float>(aLogs, shape.Heads).Clear();
        new Span<float>(skips, shape.Channels).Clear();
    }

    internal float* Weight { get; }

    internal void AddSkips(int head, Vector256<float> first, Vector256<float> second)
    {
        var to = skips + head * HeadWidth;
        (Vector256.Load(to) + first).Store(to);
        (Vector256.Load(to + Lanes) + second).Store(to + Lanes);
    }

    internal void AddDecay(int head, double rate, double bias)
    {
        aLogs[head] += (float)rate;
        this.bias[head] += (float)bias;
    }
}
