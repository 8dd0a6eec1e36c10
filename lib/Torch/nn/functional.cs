namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class functional
        {
            private static readonly Op Linear = new("aten::linear");
            private static readonly Op Convolve2d = new("aten::conv2d");
            private static readonly Op BatchNorm = new("aten::batch_norm");
            private static readonly Op LayerNorm = new("aten::layer_norm");
            private static readonly Op GroupNorm = new("aten::group_norm");
            private static readonly Op Gelu = new("aten::gelu");
            private static readonly Op Softplus = new("aten::softplus");
            private static readonly Op Attention = new("aten::scaled_dot_product_attention");
            private static readonly Op AttentionBefore2 = new("aten::_scaled_dot_product_attention"); // libtorch 1.13's
            private static readonly Op Dropout = new("aten::dropout");
            private static readonly Op MaxPool = new("aten::max_pool2d");
            private static readonly Op AvgPool = new("aten::avg_pool2d");
            private static readonly Op AdaptiveAvgPool = new("aten::adaptive_avg_pool2d");
            private static readonly Op Pad = new("aten::constant_pad_nd");
            private static readonly Op ReflectionPad = new("aten::reflection_pad2d");
            private static readonly Op ReplicationPad = new("aten::replication_pad2d");
            private static readonly Op Nearest = new("aten::upsample_nearest2d.vec");
            private static readonly Op Bilinear = new("aten::upsample_bilinear2d.vec");
            private static readonly Op Bicubic = new("aten::upsample_bicubic2d.vec");
            private static readonly Op CrossEntropy = new("aten::cross_entropy_loss");
            private static readonly Op OneHot = new("aten::one_hot");

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Linear.Call(input, weights, bias);

            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) => Convolve2d.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            public static Tensor batch_norm(
                Tensor input,
                Tensor? running_mean,
                Tensor? running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1E-05
            )
            {
                var shape = input.shape;
                if (training && shape is [1, var channels, ..] && input.NumberOfElements == channels)
                    throw new ArgumentException(
                        $"Expected more than 1 value per channel when training, got input size [{string.Join(", ", shape)}]",
                        nameof(input)
                    );
                return BatchNorm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, true);
            }

            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05
            ) => LayerNorm.Call(input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(
                Tensor input,
                long num_groups,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05
            ) => GroupNorm.Call(input, num_groups, weight, bias, eps);

            public static Tensor gelu(Tensor x) => Gelu.Call(x);

            public static Tensor scaled_dot_product_attention(
                Tensor query,
                Tensor key,
                Tensor value,
                Tensor? attn_mask = null,
                double p = 0.0,
                bool is_casual = false
            )
            {
                if (Attention.IsThere)
                    return Attention.Call(query, key, value, attn_mask, p, is_casual);
                var answerAndWeights = AttentionBefore2.CallMany(query, key, value, attn_mask, p, false, is_casual);
                answerAndWeights[1].Dispose();
                return answerAndWeights[0];
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) => Softplus.Call(x, beta, threshold);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? throw new NotSupportedException("lib/Torch drops out into a new tensor only.") : Dropout.Call(input, p, training);

            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) => MaxPool.Call(input, kernel_size, strides ?? kernel_size, padding ?? [0, 0], dilation ?? [1, 1], ceil_mode);

            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) => AvgPool.Call(input, kernel_size, stride ?? kernel_size, padding ?? [0, 0], ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => AdaptiveAvgPool.Call(input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, [output_size, output_size]);

            /// <summary>Pads the last axes first: (left, right, top, bottom, …).</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0.0) =>
                mode switch
                {
                    PaddingModes.Reflect => ReflectionPad.Call(input, pad),
                    PaddingModes.Replicate => ReplicationPad.Call(input, pad),
                    PaddingModes.Zeros or PaddingModes.Constant => Pad.Call(input, pad, value),
                    _ => throw new NotSupportedException($"lib/Torch does not pad by {mode}."),
                };

            /// <summary>Resizes maps (B, C, H, W); half-pixel centres unless align_corners.</summary>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false
            )
            {
                if (antialias)
                    throw new NotSupportedException(
                        "lib/Torch interpolates without antialiasing; InterpolationMode.Area averages when shrinking."
                    );
                if (align_corners is not null && mode is InterpolationMode.Nearest or InterpolationMode.Area)
                    throw new NotSupportedException($"Interpolation by {mode} has no align_corners: leave it out.");
                var scales = recompute_scale_factor ? null : scale_factor;
                if (recompute_scale_factor && scale_factor is not null)
                    size = [(long)(x.shape[2] * scale_factor[0]), (long)(x.shape[3] * scale_factor[^1])];
                return mode switch
                {
                    InterpolationMode.Nearest => Nearest.Call(x, size, scales),
                    InterpolationMode.Bilinear => Bilinear.Call(x, size, align_corners ?? false, scales),
                    InterpolationMode.Bicubic => Bicubic.Call(x, size, align_corners ?? false, scales),
                    InterpolationMode.Area => adaptive_avg_pool2d(
                        x,
                        size ?? throw new ArgumentException("Area interpolation needs a size.", nameof(size))
                    ),
                    _ => throw new NotSupportedException($"lib/Torch does not interpolate by {mode}."),
                };
            }

            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0.0
            ) => CrossEntropy.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => OneHot.Call(x, num_classes);
        }
    }
}
