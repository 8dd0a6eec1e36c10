using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Kernels.Cuda;

/// <summary>Kernels that were compiled together.</summary>
internal interface ICudaKernels
{
    /// <summary>Starts a kernel.</summary>
    /// <param name="arguments">Pointers and integers, in the kernel's order.</param>
    void Launch(string kernel, (long X, long Y, long Z) grid, (long X, long Y) block, params ReadOnlySpan<nint> arguments);
}

/// <summary>Kernels for a tensor's device and type.</summary>
/// <param name="source">The file's name.</param>
/// <param name="constants">What the source is compiled with: sizes that it needs to know.</param>
internal delegate ICudaKernels CudaCompiler(string source, Tensor tensor, params ReadOnlySpan<(string Name, long Value)> constants);

/// <summary>
/// CUDA source that is compiled for the GPU at hand when it is first needed, and its kernels. They run on the default stream, as libtorch's own
/// do, so they need no waiting for each other.
/// </summary>
internal sealed unsafe class CudaProgram : ICudaKernels
{
    private static readonly ConcurrentDictionary<(string Source, string Constants, int Device), CudaProgram> Compiled = new();

    private readonly nint module;
    private readonly ConcurrentDictionary<string, nint> kernels = new();

    private CudaProgram(string source, string constants)
    {
        var image = Nvrtc.Compile(
            Text("value.cu") + Text(source),
            source,
            [.. constants.Split(' '), $"--gpu-architecture=sm_{CudaDriver.Architecture()}"]
        );
        module = CudaDriver.Load(image);
    }

    /// <summary>Whether a kernel in CUDA can work on a tensor; the reference in tensor operators takes the others.</summary>
    internal static bool Takes(Tensor x) =>
        x.device_type == DeviceType.CUDA && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && Nvrtc.IsThere;

    /// <summary>A program for a tensor's GPU and type.</summary>
    internal static ICudaKernels Of(string source, Tensor tensor, params ReadOnlySpan<(string Name, long Value)> constants)
    {
        CudaDriver.Enter(tensor.device.index);
        var text = new StringBuilder(tensor.dtype == ScalarType.BFloat16 ? "-DBFLOAT16=1" : "-DBFLOAT16=0");
        foreach (var (name, value) in constants)
            text.Append(CultureInfo.InvariantCulture, $" -D{name}={value}");
        return Compiled.GetOrAdd((source, text.ToString(), tensor.device.index), key => new CudaProgram(key.Source, key.Constants));
    }

    public void Launch(string kernel, (long X, long Y, long Z) grid, (long X, long Y) block, params ReadOnlySpan<nint> arguments)
    {
        var function = kernels.GetOrAdd(kernel, name => CudaDriver.Kernel(module, name));
        // A kernel reads of each argument as many bytes as it declares: of a slot that holds an integer the lower four.
        var addresses = stackalloc void*[arguments.Length];
        fixed (nint* values = arguments)
        {
            for (var i = 0; i < arguments.Length; i++)
                addresses[i] = values + i;
            CudaDriver.Launch(function, grid, block, addresses);
        }
    }

    /// <summary>A parameter in float32 and in one piece: itself, where it is so.</summary>
    internal static Tensor Dense(Tensor parameter) => parameter.to_type(ScalarType.Float32).contiguous();

    private static string Text(string source)
    {
        using var stream = typeof(CudaProgram).Assembly.GetManifestResourceStream(source)!;
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }
}
