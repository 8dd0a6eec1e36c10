namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled() => Native.f2_grad_enabled() != 0;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public partial class Tensor
    {
        private static readonly Op Detach = new("aten::detach");
        private static readonly Op DetachInPlace = new("aten::detach_");

        public bool requires_grad
        {
            get => Native.f2_requires_grad(Handle) != 0;
            set => Native.Check(Native.f2_set_requires_grad(Handle, value ? 1 : 0));
        }

        /// <summary>The accumulated gradient, a fresh handle on each read; null before the first backward.</summary>
        public Tensor? grad
        {
            get => Native.f2_grad(Handle) is var g && g != 0 ? new Tensor(g) : null;
            set => Native.Check(Native.f2_set_grad(Handle, value?.Handle ?? 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor detach() => Detach.Call(this);

        public Tensor detach_() => DetachInPlace.InPlace(this);

        public void backward() => autograd.backward([this]);

        public void backward(
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }

    private sealed class GradMode : IDisposable
    {
        private readonly bool before = is_grad_enabled();

        internal GradMode(bool on) => Native.f2_set_grad_enabled(on ? 1 : 0);

        public void Dispose() => Native.f2_set_grad_enabled(before ? 1 : 0);
    }

    private sealed class InferenceMode(bool on) : IDisposable
    {
        private nint guard = Native.f2_inference_enter(on ? 1 : 0);

        public void Dispose()
        {
            var taken = Interlocked.Exchange(ref guard, 0);
            if (taken != 0)
                Native.f2_inference_leave(taken);
        }
    }
}
