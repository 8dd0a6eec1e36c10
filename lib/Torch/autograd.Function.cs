using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static unsafe partial class autograd
    {
        /// <summary>What a custom function keeps between its forward and its backward.</summary>
        [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's shape.")]
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> values = new(StringComparer.Ordinal);

            internal AutogradContext() { }

            internal nint Node { get; set; }

            internal List<Tensor> Saved { get; set; } = [];

            public bool MaterializeGrads { get; private set; } = true;

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public void save_data(string key, object value) => values[key] = value;

            public object get_data(string key) => values[key];

            public void save_for_backward(List<Tensor> tensors) => Saved = tensors;

            /// <summary>The saved tensors, as fresh handles.</summary>
            public List<Tensor> get_saved_variables()
            {
                var handles = new nint[Native.f2_node_saved_count(Node)];
                fixed (nint* p = handles)
                    Native.Check(Native.f2_node_saved(Node, p));
                return handles.Select(h => new Tensor(h)).ToList();
            }

            public void Dispose() => values.Clear();
        }

        /// <summary>An operator whose forward and backward are C#. Backward returns one gradient per argument of apply, null where there is none.</summary>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            public abstract string Name { get; }

            internal abstract List<Tensor> Forward(AutogradContext ctx, object[] vars);

            internal abstract List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads);

            /// <summary>Runs forward without a graph and, when an input asks for gradients, ties the outputs to this backward.</summary>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                var function = new T();
                return new ManagedNode(function.Name, function.Backward, vars).Run(function.Forward);
            }
        }

        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            internal override List<Tensor> Forward(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            internal override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads) => backward(ctx, grads[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            internal override List<Tensor> Forward(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            internal override List<Tensor> Backward(AutogradContext ctx, List<Tensor> grads) => backward(ctx, grads);
        }

        /// <summary>The managed half of a native graph node; the native half holds it until the graph is freed.</summary>
        private sealed class ManagedNode(string name, Func<AutogradContext, List<Tensor>, List<Tensor>> backward, object[] arguments)
        {
            private readonly AutogradContext context = new();
            private readonly bool[] isTensor = Array.ConvertAll(arguments, a => a is Tensor);

            internal List<Tensor> Run(Func<AutogradContext, object[], List<Tensor>> forward)
            {
                var node = Start(arguments.OfType<Tensor>().ToArray());
                try
                {
                    List<Tensor> outputs;
                    using (no_grad())
                        outputs = forward(context, arguments);
                    if (node != 0)
                        Attach(node, outputs);
                    return outputs;
                }
                finally
                {
                    if (node != 0)
                        Native.f2_node_free(node);
                }
            }

            private nint Start(Tensor[] inputs)
            {
                if (!is_grad_enabled())
                    return 0;
                var state = GCHandle.Alloc(this);
                nint node;
                fixed (nint* p = Handles(inputs))
                    Native.Check(Native.f2_node_new(GCHandle.ToIntPtr(state), &RunBackward, &Release, p, inputs.Length, out node));
                if (node == 0)
                    state.Free();
                return node;
            }

            private void Attach(nint node, List<Tensor> outputs)
            {
                context.Node = Native.f2_node_address(node);
                var saved = context.Saved;
                context.Saved = [];
                var own = saved.Select(t => (byte)(outputs.Contains(t) ? 1 : 0)).ToArray();
                fixed (
                    nint* o = Handles(outputs),
                        s = Handles(saved)
                )
                fixed (byte* isOutput = own)
                {
                    Native.Check(Native.f2_node_attach(node, o, outputs.Count, context.MaterializeGrads ? 1 : 0));
                    Native.Check(Native.f2_node_save(node, s, saved.Count, isOutput));
                }
            }

            private void Backward(ReadOnlySpan<nint> grads, Span<nint> results)
            {
                using var scope = NewDisposeScope();
                var given = new List<Tensor>();
                foreach (var g in grads)
                    given.Add(g == 0 ? Tensor.Absent() : new Tensor(g));
                var returned = backward(context, given);
                if (returned.Count != isTensor.Length)
                    throw new InvalidOperationException(
                        $"{name}.backward returned {returned.Count} gradients for {isTensor.Length} arguments."
                    );

                var k = 0;
                for (var i = 0; i < returned.Count; i++)
                    if (isTensor[i])
                        results[k++] = returned[i] is { IsInvalid: false } g ? Native.f2_alias(g.Handle) : 0;
            }

            [UnmanagedCallersOnly]
            private static int RunBackward(nint state, nint* grads, long n, nint* results, long inputCount)
            {
                try
                {
                    var node = (ManagedNode)GCHandle.FromIntPtr(state).Target!;
                    node.Backward(new ReadOnlySpan<nint>(grads, (int)n), new Span<nint>(results, (int)inputCount));
                    return 0;
                }
#pragma warning disable CA1031 // the exception must not cross native frames: it is raised again on the other side
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Native.f2_raise(e.Message);
                    return 1;
                }
            }

            [UnmanagedCallersOnly]
            private static void Release(nint state)
            {
                var handle = GCHandle.FromIntPtr(state);
                ((ManagedNode)handle.Target!).context.Dispose();
                handle.Free();
            }
        }
    }
}
