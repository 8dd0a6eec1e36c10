using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a network: owns parameters, buffers and other modules under the names of its fields.</summary>
        [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's shape.")]
        public class Module : IDisposable
        {
            private readonly List<(string Name, Module Module)> submodules = [];
            private readonly List<(string Name, Parameter Parameter)> ownParameters = [];
            private readonly List<(string Name, Tensor Tensor, bool Persistent)> ownBuffers = [];
            private readonly string name;

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => name;

            /// <summary>Registers every field that holds a module, parameter or tensor, in the order of declaration, base classes first.</summary>
            protected virtual void RegisterComponents()
            {
                var levels = new Stack<Type>();
                for (var t = GetType(); t is not null && t != typeof(Module); t = t.BaseType)
                    levels.Push(t);
                foreach (
                    var field in levels.SelectMany(t =>
                        t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                    )
                )
                {
                    var component = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    switch (field.GetValue(this))
                    {
                        case Module module when !submodules.Exists(s => s.Name == component):
                            register_module(component, module);
                            break;
                        case Parameter parameter when !ownParameters.Exists(p => p.Name == component):
                            register_parameter(component, parameter);
                            break;
                        case Tensor tensor and not Modules.Parameter when !ownBuffers.Exists(b => b.Name == component):
                            register_buffer(component, tensor);
                            break;
                    }
                }
            }

            public virtual void register_module(string name, Module submodule) => submodules.Add((name, submodule));

            public virtual void register_parameter(string name, Parameter param)
            {
                param.DetachFromDisposeScope();
                ownParameters.Add((name, param));
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                tensor.DetachFromDisposeScope();
                ownBuffers.Add((name, tensor, persistent));
            }

            public virtual IEnumerable<Module> children() => submodules.Select(s => s.Module);

            public virtual IEnumerable<Module> modules() => submodules.SelectMany(s => s.Module.modules().Prepend(s.Module));

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                recurse
                    ? ownParameters.Concat(
                        submodules.SelectMany(s =>
                            s.Module.named_parameters().Select(p => (Name: $"{s.Name}.{p.name}", Parameter: p.parameter))
                        )
                    )
                    : ownParameters;

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var own = ownBuffers.Where(b => include_nonpersistent || b.Persistent).Select(b => (b.Name, b.Tensor));
                return recurse
                    ? own.Concat(
                        submodules.SelectMany(s =>
                            s.Module.named_buffers(true, include_nonpersistent).Select(b => (Name: $"{s.Name}.{b.name}", Tensor: b.buffer))
                        )
                    )
                    : own;
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;

            /// <summary>Parameters and persistent buffers by name, module by module.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= new Dictionary<string, Tensor>(StringComparer.Ordinal);
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (n, p) in ownParameters)
                    destination[start + n] = p;
                foreach (var (n, b, persistent) in ownBuffers)
                    if (persistent)
                        destination[start + n] = b;
                foreach (var (n, m) in submodules)
                    m.state_dict(destination, start + n);
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names.</summary>
            /// <exception cref="InvalidOperationException">strict, and the names differ.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source,
                bool strict = true,
                IList<string>? skip = null
            )
            {
                var own = state_dict();
                var skipped = skip ?? [];
                var missing = own.Keys.Where(k => !source.ContainsKey(k) && !skipped.Contains(k)).ToList();
                var unexpected = source.Keys.Where(k => !own.ContainsKey(k) && !skipped.Contains(k)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using (no_grad())
                    foreach (var (key, value) in source)
                        if (own.TryGetValue(key, out var target) && !skipped.Contains(key))
                            target.copy_(value);
                return (missing, unexpected);
            }

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, m) in submodules)
                    m.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                if (!set_to_none)
                    throw new NotSupportedException("lib/Torch takes gradients away; call zero_ of each that shall stay.");
                foreach (var p in parameters())
                    p.grad = null;
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, m) in submodules)
                    m.apply(fn);
                fn(this);
                return this;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var (_, m) in submodules)
                    m.Dispose();
                foreach (var (_, p) in ownParameters)
                    p.Dispose();
                foreach (var (_, b, _) in ownBuffers)
                    b.Dispose();
            }

            /// <summary>Moves every parameter and buffer in place, so that whoever holds them keeps holding them.</summary>
            internal void Convert(Device? device, ScalarType? type, bool nonBlocking)
            {
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                foreach (var t in parameters().Concat(buffers()))
                {
                    var wanted =
                        type is { } w && t.dtype is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16
                            ? type.Value
                            : t.dtype;
                    Native.Check(Native.f2_set_data(t.Handle, t.to(wanted, device ?? t.device, non_blocking: nonBlocking).Handle));
                }
            }
        }

        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }

        public abstract class Module<T, TResult> : Module, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name) { }

            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }

        public abstract class Module<T1, T2, TResult> : Module, IModule<T1, T2, TResult>
        {
            protected Module(string name)
                : base(name) { }

            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module => Converted(module, device, null, non_blocking);

    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => Converted(module, null, type, non_blocking);

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => Converted(module, device, type, non_blocking);

    private static T Converted<T>(T module, torch.Device? device, torch.ScalarType? type, bool nonBlocking)
        where T : torch.nn.Module
    {
        module.Convert(device, type, nonBlocking);
        return module;
    }
}
