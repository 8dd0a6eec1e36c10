using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net;

/// <summary>In which numbers a network computes: float32, tf32 (float32 whose products a GPU rounds to 10 bits) or bfloat16.</summary>
public sealed partial record Precision
{
    private Precision(string name) => Name = name;

    public string Name { get; }

    public static Precision Float32 { get; } = new("float32");

    /// <exception cref="UserException">There is no such precision.</exception>
    public static Precision Parse(string name) =>
        name is "float32" or "tf32" or "bfloat16"
            ? new(name)
            : throw new UserException($"There is no dtype {name}; say float32, tf32 or bfloat16.");

    /// <summary>Of weights and images.</summary>
    public ScalarType Type => Name == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;

    // Tells CUDA's libraries whether tf32 is wanted; they read it when they load. TorchSharp's API has no switch for it, and libtorch's
    // default is tf32 in convolutions, not in matrix products.
    internal void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (Name == "tf32")
            _ = setenv("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1", 1);
        else
            _ = setenv("NVIDIA_TF32_OVERRIDE", "0", 1);
    }

    /// <exception cref="UserException">The device or the mode does not have this precision.</exception>
    public void Check(Device device, bool training)
    {
        if (Name != "float32" && device.type != DeviceType.CUDA)
            throw new UserException($"--dtype {Name} is for a GPU: say --device cuda, or float32.");
        if (Type != ScalarType.Float32 && training)
            throw new UserException($"Training is in float32 or tf32, not in {Name}: leave --train or --dtype {Name} out.");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
