using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests;

public partial class PrecisionTests
{
    [Fact]
    public void Float32_keeps_a_GPU_from_rounding_the_operands_of_convolutions()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Precision.Float32.Prepare();
        Assert.Equal("0", Variable("NVIDIA_TF32_OVERRIDE"));
    }

    [Theory]
    [InlineData("half", "There is no dtype half; say float32, tf32 or bfloat16.")]
    [InlineData("", "There is no dtype ; say float32, tf32 or bfloat16.")]
    public void An_unknown_precision_is_one_sentence(string name, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UserException>(() => Precision.Parse(name)).Message);

    [Fact]
    public void Precisions_that_a_device_or_a_mode_lacks_are_one_sentence()
    {
        var (gpu, bfloat16) = (new Device(DeviceType.CUDA, 0), Precision.Parse("bfloat16"));
        bfloat16.Check(gpu, training: false);
        Precision.Parse("tf32").Check(gpu, training: true);
        Assert.Equal(
            "--dtype tf32 is for a GPU: say --device cuda, or float32.",
            Assert.Throws<UserException>(() => Precision.Parse("tf32").Check(CPU, training: false)).Message
        );
        Assert.Equal(
            "Training is in float32 or tf32, not in bfloat16: leave --train or --dtype bfloat16 out.",
            Assert.Throws<UserException>(() => bfloat16.Check(gpu, training: true)).Message
        );
    }

    // As native libraries see it: .NET has a copy of its own.
    private static string? Variable(string name) => Marshal.PtrToStringUTF8(getenv(name));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);
}
