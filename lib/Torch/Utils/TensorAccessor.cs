using System.Collections;
using System.Runtime.InteropServices;
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

    public T this[params long[] indices]
    {
        get => Span(Flat(indices), 1)[0];
        set => Span(Flat(indices), 1)[0] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        Span(tensorIndex, checked((int)(Count - tensorIndex))).CopyTo(array.AsSpan(arrayIndex));

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

    private Span<T> Span(long start, int length) => new((byte*)dense.Pointer + start * dense.ElementSize, length);

    private long Flat(long[] indices)
    {
        if (indices.Length == 1)
            return indices[0];
        long flat = 0;
        var shape = dense.shape;
        for (var i = 0; i < indices.Length; i++)
            flat = flat * shape[i] + indices[i];
        return flat;
    }
}
