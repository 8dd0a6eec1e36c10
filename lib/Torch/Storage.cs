namespace TorchSharp;

public static partial class torch
{
    /// <summary>The memory that a tensor looks at, on any device.</summary>
    public abstract class Storage
    {
        private protected readonly Tensor tensor;

        private protected Storage(Tensor tensor) => this.tensor = tensor;

        /// <summary>Where the storage begins; the tensor's own values begin storage_offset() elements later.</summary>
        public unsafe nint data_ptr() => (nint)tensor.Pointer - (nint)(tensor.storage_offset() * tensor.ElementSize);
    }

    /// <inheritdoc/>
    public sealed class Storage<T> : Storage, IDisposable
        where T : struct
    {
        // TorchSharp's converts a tensor of another type and looks at the copy.
        internal Storage(Tensor tensor)
            : base(tensor.alias())
        {
            if (tensor.dtype != TypeOf<T>())
                throw new ArgumentException($"The tensor is of type {tensor.dtype}, not of {typeof(T).Name}.", nameof(tensor));
        }

        public void Dispose() => tensor.Dispose();
    }
}
