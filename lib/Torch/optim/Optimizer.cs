using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>A group of parameters' learning rate, to be read and set between steps.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        public interface IMomentum
        {
            double Momentum { get; set; }
        }

        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }

        [SuppressMessage("Design", "CA1063", Justification = "TorchSharp's shape.")]
        public abstract class Optimizer : IDisposable
        {
            private readonly Group group;

            private protected Optimizer(IEnumerable<Parameter> parameters, double lr)
            {
                Parameters = parameters.ToArray();
                group = new Group { LearningRate = lr, InitialLearningRate = lr };
            }

            private protected Parameter[] Parameters { get; }

            private protected double Rate => group.LearningRate;

            public virtual IEnumerable<ILearningRateController> ParamGroups => [group];

            public virtual IEnumerable<Parameter> parameters() => Parameters;

            public virtual void zero_grad()
            {
                foreach (var p in Parameters)
                    p.grad = null;
            }

            public virtual Tensor step(Func<Tensor>? closure = null)
            {
                var loss = closure?.Invoke();
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                foreach (var p in Parameters)
                    if (p.grad is { } g)
                        Update(p, g);
                return loss!;
            }

            private protected abstract void Update(Parameter parameter, Tensor grad);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) { }

            private sealed class Group : ILearningRateController
            {
                public double LearningRate { get; set; }

                public double InitialLearningRate { get; set; }
            }
        }

        public static SGD SGD(
            IEnumerable<Parameter> parameters,
            double learningRate,
            double momentum = 0.0,
            double dampening = 0.0,
            double weight_decay = 0.0,
            bool nesterov = false,
            bool maximize = false
        ) => new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

        public static AdamW AdamW(
            IEnumerable<Parameter> parameters,
            double lr = 0.001,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1E-08,
            double weight_decay = 0.0,
            bool amsgrad = false,
            bool maximize = false
        ) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
    }
}
