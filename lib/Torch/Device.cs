namespace TorchSharp;

/// <summary>libtorch's device types.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device device(string description) => new(description);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>Where a tensor lies: "cpu", "cuda", "cuda:1".</summary>
    public class Device
    {
        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        public Device(string description)
        {
            var parts = description.Split(':');
            type = Enum.TryParse<DeviceType>(parts[0], ignoreCase: true, out var t)
                ? t
                : throw new ArgumentException($"'{description}' is no device: say cpu, cuda or cuda:N.", nameof(description));
            index = parts.Length > 1 ? int.Parse(parts[1]) : -1;
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString() =>
            index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";
    }

    public static class cuda
    {
        public static bool is_available() => Native.f2_cuda_available() != 0;

        public static int device_count() => Native.f2_cuda_count();

        public static void synchronize(Device? device = null) => Native.Check(Native.f2_cuda_synchronize(device?.index ?? -1));
    }
}
