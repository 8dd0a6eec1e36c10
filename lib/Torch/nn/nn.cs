using TorchSharp.Modules;

namespace TorchSharp;

public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction
        {
            None,
            Mean,
            Sum,
        }

        public static Linear Linear(
            long inputSize,
            long outputSize,
            bool hasBias = true,
            Device? device = null,
            ScalarType? dtype = null
        ) => new(inputSize, outputSize, hasBias, device, dtype);

        public static Conv2d Conv2d(
            long in_channels,
            long out_channels,
            long kernel_size,
            long stride = 1,
            long padding = 0,
            long dilation = 1,
            PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1,
            bool bias = true,
            Device? device = null,
            ScalarType? dtype = null
        ) =>
            padding_mode == PaddingModes.Zeros
                ? new(
                    in_channels,
                    out_channels,
                    (kernel_size, kernel_size),
                    (stride, stride),
                    (padding, padding),
                    (dilation, dilation),
                    groups,
                    bias,
                    device,
                    dtype
                )
                : throw new NotSupportedException(
                    $"lib/Torch pads convolutions with zeros; {padding_mode} needs nn.functional.pad before it."
                );

        public static BatchNorm2d BatchNorm2d(
            long num_features,
            double eps = 1E-05,
            double momentum = 0.1,
            bool affine = true,
            bool track_running_stats = true,
            Device? device = null,
            ScalarType? dtype = null
        ) => new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

        public static LayerNorm LayerNorm(
            long normalized_shape,
            double eps = 1E-05,
            bool elementwise_affine = true,
            bool bias = true,
            Device? device = null,
            ScalarType? dtype = null
        ) => new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

        public static GroupNorm GroupNorm(
            long num_groups,
            long num_channels,
            double eps = 1E-05,
            bool affine = true,
            Device? device = null,
            ScalarType? dtype = null
        ) => new(num_groups, num_channels, eps, affine, device, dtype);

        public static GELU GELU() => new();

        public static ReLU ReLU(bool inplace = false) => new(inplace);

        public static Identity Identity() => new();

        public static AdaptiveAvgPool2d AdaptiveAvgPool2d(long output_size) => new([output_size, output_size]);
    }
}
