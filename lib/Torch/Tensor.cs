using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Element types, numbered as libtorch does.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        ComplexFloat64 = 10,
        Bool = 11,
        QInt8 = 12,
        QUInt8 = 13,
        QInt32 = 14,
        BFloat16 = 15,
    }

    /// <summary>
    /// A handle on a libtorch tensor. It belongs to the innermost dispose scope of the thread that made it, or to its finalizer.
    /// </summary>
    [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's shape: Dispose() frees the handle.")]
    public unsafe partial class Tensor : IDisposable
    {
        private static long live;

        private nint handle;

        internal Tensor(nint handle)
        {
            this.handle = handle;
            Interlocked.Increment(ref live);
            DisposeScope.Current?.Attach(this);
        }

        ~Tensor() => Free();

        /// <summary>Handles alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref live);

        internal DisposeScope? Scope { get; set; }

        /// <summary>The native handle. Throws once the tensor is disposed.</summary>
        public nint Handle =>
            handle != 0
                ? handle
                : throw new InvalidOperationException("Tensor invalid -- empty handle: it was disposed, or never computed.");

        public bool IsInvalid => handle == 0;

        public long Dimensions => Native.f2_dim(Handle);

        public long ndim => Dimensions;

        public long NumberOfElements => Native.f2_numel(Handle);

        public long ElementSize => dtype.ElementSize();

        public ScalarType dtype => (ScalarType)Native.f2_dtype(Handle);

        public DeviceType device_type => (DeviceType)Native.f2_device_type(Handle);

        public int device_index => Native.f2_device_index(Handle);

        public Device device => new(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes)
                    Native.f2_shape(Handle, p);
                return sizes;
            }
        }

        /// <summary>The elements' memory, for contiguous tensors on the CPU of less than 2 GiB.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere, or its elements are not in one piece.</exception>
        public Span<byte> bytes
        {
            get
            {
                if (device_type != DeviceType.CPU)
                    throw new InvalidOperationException(
                        "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading."
                    );
                if (!is_contiguous())
                    throw new InvalidOperationException("The tensor is not contiguous: call contiguous() first.");
                return new Span<byte>(Pointer, checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                if (value.Length != NumberOfElements * ElementSize)
                    throw new ArgumentException(
                        $"{value.Length} bytes do not fill a tensor of {NumberOfElements * ElementSize}.",
                        nameof(value)
                    );
                value.CopyTo(bytes);
            }
        }

        internal void* Pointer
        {
            get
            {
                Native.Check(Native.f2_data(Handle, out var p));
                return (void*)p;
            }
        }

        public long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* p = strides)
                Native.f2_strides(Handle, p);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + Dimensions : dim];

        public long size(int dim) => shape[dim < 0 ? dim + Dimensions : dim];

        public long storage_offset() => Native.f2_storage_offset(Handle);

        public bool is_contiguous() => Native.f2_is_contiguous(Handle) != 0;

        /// <summary>The elements as an array in row-major order; strided tensors are read in their logical order.</summary>
        /// <exception cref="ArgumentException">T is not the element type.</exception>
        public Utils.TensorAccessor<T> data<T>()
            where T : struct => new(this);

        /// <summary>The one element of a tensor that has one.</summary>
        public T item<T>()
            where T : struct
        {
            if (NumberOfElements != 1)
                throw new InvalidOperationException("The tensor must have exactly one element.");
            using var element = data<T>();
            return element[0];
        }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            DetachFromDisposeScope();
            other?.Attach(this);
            return this;
        }

        public void Dispose()
        {
            Scope?.MarkAsDisposed(this);
            Scope = null;
            Free();
            GC.SuppressFinalize(this);
        }

        /// <summary>Hands the native handle to another wrapper: this one becomes invalid.</summary>
        internal nint Surrender()
        {
            var taken = Native.f2_alias(Handle);
            Dispose();
            return taken;
        }

        private void Free()
        {
            var taken = Interlocked.Exchange(ref handle, 0);
            if (taken == 0)
                return;
            Interlocked.Decrement(ref live);
            Native.f2_free(taken);
        }

        /// <summary>What autograd hands back for an unused input: a tensor whose IsInvalid is true.</summary>
        internal static Tensor Absent()
        {
            var tensor = new Tensor(0);
            Interlocked.Decrement(ref live);
            return tensor;
        }
    }

    /// <summary>Element sizes in bytes.</summary>
    internal static int SizeOf(ScalarType type) =>
        type switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 or ScalarType.QInt32 => 4,
            ScalarType.ComplexFloat64 => 16,
            _ => 8,
        };

    internal static ScalarType TypeOf<T>() =>
        default(T) switch
        {
            float => ScalarType.Float32,
            double => ScalarType.Float64,
            long => ScalarType.Int64,
            int => ScalarType.Int32,
            short => ScalarType.Int16,
            byte => ScalarType.Byte,
            sbyte => ScalarType.Int8,
            bool => ScalarType.Bool,
            Half => ScalarType.Float16,
            _ => throw new ArgumentException($"{typeof(T).Name} is no element type."),
        };
}

public static class TensorExtensionMethods
{
    public static int ElementSize(this torch.ScalarType type) => torch.SizeOf(type);

    public static float ToSingle(this torch.Tensor value) => (float)value.ToDouble();

    public static double ToDouble(this torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        return value.detach().to(torch.ScalarType.Float64).item<double>();
    }

    public static int ToInt32(this torch.Tensor value) => checked((int)value.ToInt64());

    public static long ToInt64(this torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        return value.to(torch.ScalarType.Int64).item<long>();
    }

    public static bool ToBoolean(this torch.Tensor value) => value.ToInt64() != 0;
}
