using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds libtorch's default generators.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.f2_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static void set_num_threads(int num) => Native.Check(Native.f2_set_threads(num));

    public static int get_num_threads() => Native.f2_get_threads();

    /// <summary>A random number generator on the CPU.</summary>
    [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's shape: Dispose() frees the handle.")]
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            if (device is { type: not DeviceType.CPU })
                throw new NotSupportedException($"lib/Torch has generators on the CPU only, not on {device}.");
            Native.Check(Native.f2_generator_new(seed, out handle));
        }

        private Generator(nint handle) => this.handle = handle;

        ~Generator() => Free();

        public static Generator Default
        {
            get
            {
                Native.Check(Native.f2_generator_default(out var handle));
                return new Generator(handle);
            }
        }

        public nint Handle => handle;

        public Device device => CPU;

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.f2_generator_seed(handle, (ulong)seed));
            return this;
        }

        public long initial_seed()
        {
            Native.Check(Native.f2_generator_initial_seed(handle, out var seed));
            return (long)seed;
        }

        public Tensor get_state()
        {
            Native.Check(Native.f2_generator_state(handle, out var state));
            return new Tensor(state);
        }

        public void set_state(Tensor value) => Native.Check(Native.f2_generator_set_state(handle, value.Handle));

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            var taken = Interlocked.Exchange(ref handle, 0);
            if (taken != 0)
                Native.f2_generator_free(taken);
        }
    }
}
