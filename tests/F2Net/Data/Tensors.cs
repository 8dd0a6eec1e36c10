using static TorchSharp.torch;

namespace F2Net.Tests.Data;

internal static class Tensors
{
    /// <summary>Same shape, and the same values to the last bit.</summary>
    public static bool Same(this Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.shape.SequenceEqual(b.shape) && a.contiguous().bytes.SequenceEqual(b.contiguous().bytes);
    }
}
