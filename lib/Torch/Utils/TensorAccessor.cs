using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>A tensor's elements as a flat collection in row-major order.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : struct
{
    private readonly Tensor dense;
    private readonly bool owned;

    internal TensorAccessor(Tensor tensor)
    {
        if (tensor.dtype != TypeOf<T>())
            throw new ArgumentException($"{typeof(T).Name} is not compatible with {tensor.dtype}.");
        // On the CPU and in one piece the tensor's own memory is read and written; otherwise a copy, owned here and by the ambient scope.
        owned = tensor.device_type != DeviceType.CPU || !tensor.is_contiguous();
        dense = owned ? tensor.detach().cpu().contiguous() : tensor;
        Count = dense.NumberOfElements;
    }

    public long Count { get; }

    /// <summary>One element, by its position or by its place along each axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="InvalidOperationException">Setting: what is read here is a copy, so the tensor would stay as it is.</exception>
    public T this[params long[] indices]
    {
        get
        {
            var value = Span(Flat(indices), 1)[0];
            GC.KeepAlive(dense);
            return value;
        }
        set
        {
            if (owned)
                throw new InvalidOperationException(
                    "The tensor is not contiguous or not on the CPU, so only a copy of it would change: set its elements by its own index."
                );
            Span(Flat(indices), 1)[0] = value;
            GC.KeepAlive(dense);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tensorIndex);
        Span(tensorIndex, checked((int)(Count - tensorIndex))).CopyTo(array.AsSpan(arrayIndex));
        GC.KeepAlive(dense);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        if (owned)
            dense.Dispose();
    }

    // Whoever reads or writes it keeps the tensor alive meanwhile: outside any scope its finaliser frees the memory.
    private Span<T> Span(long start, int length) => new((byte*)dense.Pointer + start * dense.ElementSize, length);

    private long Flat(long[] indices)
    {
        long flat = 0;
        ReadOnlySpan<long> shape = indices.Length == 1 ? [Count] : dense.shape;
        if (indices.Length != shape.Length)
            throw new ArgumentOutOfRangeException(nameof(indices), $"There are {indices.Length} indices for {shape.Length} axes.");
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= shape[i])
                throw new ArgumentOutOfRangeException(nameof(indices), $"Index {indices[i]} must be at least 0 and below {shape[i]}.");
            flat = flat * shape[i] + indices[i];
        }
        return flat;
    }
}
