using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules called one after the other, named by their position or by given names.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<(string Name, nn.Module<Tensor, Tensor> Module)> steps = [];

        protected internal Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
            : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
                append(name, module);
        }

        protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules)
            : base(nameof(Sequential))
        {
            foreach (var module in modules)
                append(module);
        }

        public int Count => steps.Count;

        public nn.IModule<Tensor, Tensor> this[int index] => steps[index].Module;

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            var step = (nn.Module<Tensor, Tensor>)module;
            steps.Add((name, step));
            register_module(name, step);
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append($"{steps.Count}", module);

        public override Tensor forward(Tensor tensor)
        {
            using var scope = NewDisposeScope();
            var x = tensor;
            foreach (var (_, step) in steps)
            {
                var y = step.call(x);
                // Without a graph nobody reads an intermediate again: free it at once.
                if (!ReferenceEquals(x, tensor) && !ReferenceEquals(x, y) && !is_grad_enabled())
                    x.Dispose();
                x = y;
            }

            return ReferenceEquals(x, tensor) ? x.alias() : x.MoveToOuterDisposeScope();
        }
    }

    /// <summary>Modules in a list, named by their position.</summary>
    [SuppressMessage("Naming", "CA1710", Justification = "TorchSharp's name.")]
    public class ModuleList<T> : nn.Module, IList<T>
        where T : nn.Module
    {
        private readonly List<T> list = [];

        public ModuleList(params T[] modules)
            : base(nameof(ModuleList<T>)) => extend(modules);

        public int Count => list.Count;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => list[index];
            set => throw new NotSupportedException("A module list grows at its end only.");
        }

        protected override void RegisterComponents() { }

        public void Add(T item)
        {
            register_module($"{list.Count}", item);
            list.Add(item);
        }

        public void append(params T[] parameters) => extend(parameters);

        public void extend(IEnumerable<T> modules)
        {
            foreach (var module in modules)
                Add(module);
        }

        public bool Contains(T item) => list.Contains(item);

        public int IndexOf(T item) => list.IndexOf(item);

        public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

        public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public void Clear() => throw new NotSupportedException("A module list grows at its end only.");

        public void Insert(int index, T item) => throw new NotSupportedException("A module list grows at its end only.");

        public bool Remove(T item) => throw new NotSupportedException("A module list grows at its end only.");

        public void RemoveAt(int index) => throw new NotSupportedException("A module list grows at its end only.");
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);

            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);

            public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) =>
                new(modules.ToArray());

            public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules.ToArray());

            public static Modules.ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
