namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>Gradients of the outputs' sum with respect to the inputs.</summary>
        /// <returns>One tensor per input; with allow_unused an input without influence yields a tensor whose IsInvalid is true.</returns>
        /// <remarks>Say retain_graph beside create_graph: TorchSharp 0.107 frees the graph otherwise.</remarks>
        public static IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            var results = new nint[inputs.Count];
            fixed (
                nint* o = Handles(outputs),
                    i = Handles(inputs),
                    g = Handles(grad_outputs),
                    r = results
            )
                Native.Check(
                    Native.f2_autograd_grad(
                        o,
                        outputs.Count,
                        i,
                        inputs.Count,
                        g,
                        grad_outputs?.Count ?? 0,
                        retain_graph ? 1 : 0,
                        create_graph ? 1 : 0,
                        allow_unused ? 1 : 0,
                        r
                    )
                );
            return Array.ConvertAll(results, Wrap);
        }

        /// <summary>Accumulates gradients into the leaves (or into the given inputs alone).</summary>
        public static void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        )
        {
            fixed (
                nint* t = Handles(tensors),
                    g = Handles(grad_tensors),
                    i = Handles(inputs)
            )
                Native.Check(
                    Native.f2_backward(
                        t,
                        tensors.Count,
                        g,
                        grad_tensors?.Count ?? 0,
                        retain_graph ?? create_graph ? 1 : 0,
                        create_graph ? 1 : 0,
                        i,
                        inputs?.Count ?? 0
                    )
                );
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : tensors.Select(t => t.Handle).ToArray();

        private static Tensor Wrap(nint handle)
        {
            if (Native.f2_defined(handle) != 0)
                return new Tensor(handle);
            Native.f2_free(handle);
            return Tensor.Absent();
        }
    }
}
