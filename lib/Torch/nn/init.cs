using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class init
        {
            public static Tensor uniform_(Tensor tensor, double low = 0.0, double high = 1.0, Generator? generator = null) =>
                Quietly(tensor, t => t.uniform_(low, high, generator));

            public static Tensor normal_(Tensor tensor, double mean = 0.0, double std = 1.0, Generator? generator = null) =>
                Quietly(tensor, t => t.normal_(mean, std, generator));

            public static Tensor constant_(Tensor tensor, Scalar val) => Quietly(tensor, t => t.fill_(val));

            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            /// <summary>Torch's default for convolutions and linear layers: weight and bias each U(-1/√fan_in, 1/√fan_in).</summary>
            internal static void Default(Parameter weight, Parameter? bias)
            {
                var bound = 1 / Math.Sqrt(weight.NumberOfElements / weight.shape[0]);
                uniform_(weight, -bound, bound);
                if (bias is not null)
                    uniform_(bias, -bound, bound);
            }

            private static Tensor Quietly(Tensor tensor, Func<Tensor, Tensor> fill)
            {
                using (no_grad())
                    return fill(tensor);
            }
        }
    }
}
