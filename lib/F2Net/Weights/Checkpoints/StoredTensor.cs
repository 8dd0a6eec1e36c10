using static TorchSharp.torch;

namespace F2Net.Weights.Checkpoints;

/// <summary>A block of numbers that a checkpoint keeps beside its pickle; several tensors may be views of it.</summary>
/// <param name="Key">Its name in the checkpoint.</param>
/// <param name="Length">How many numbers it has.</param>
internal sealed record Storage(string Key, ScalarType Type, long Length);

/// <summary>Which numbers of a storage a tensor shows: element (i, j, …) lies at Offset + i·Strides[0] + j·Strides[1] + …</summary>
internal sealed record StoredTensor(Storage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Null where the view makes no sense or leaves its storage.</summary>
    public static StoredTensor? Create(Storage storage, long offset, long[] shape, long[] strides)
    {
        if (offset < 0 || shape.Length != strides.Length || shape.Any(n => n < 0) || strides.Any(n => n < 0))
            return null;
        if (shape.Contains(0))
            return new(storage, 0, shape, strides);
        try
        {
            var last = shape.Zip(strides, (n, stride) => checked((n - 1) * stride)).Aggregate(offset, (sum, n) => checked(sum + n));
            // A product that fits keeps later arithmetic on the shape from overflowing.
            _ = shape.Aggregate(1L, (product, n) => checked(product * n));
            return last < storage.Length ? new(storage, offset, shape, strides) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
