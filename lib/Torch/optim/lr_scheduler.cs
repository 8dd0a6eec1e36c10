namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static class lr_scheduler
        {
            /// <summary>Sets an optimizer's learning rates, one step an iteration.</summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer optimizer;
                private int iteration;

                private protected LRScheduler(Optimizer optimizer, int last_epoch)
                {
                    this.optimizer = optimizer;
                    iteration = last_epoch;
                    step();
                }

                /// <summary>The share of a group's initial rate at an iteration.</summary>
                private protected abstract double Share(int iteration);

                public virtual void step()
                {
                    iteration++;
                    foreach (var group in optimizer.ParamGroups)
                        group.LearningRate = group.InitialLearningRate * Share(iteration);
                }

                public IEnumerable<double> get_last_lr() => optimizer.ParamGroups.Select(group => group.LearningRate);
            }

            /// <summary>(1 - t / T)^power of the initial rate after t of T iterations, 0 from there on.</summary>
            public static LRScheduler PolynomialLR(
                Optimizer optimizer,
                int total_iters = 5,
                double power = 1.0,
                int last_epoch = -1,
                bool verbose = false
            ) => new Polynomial(optimizer, total_iters, power, last_epoch);

            private sealed class Polynomial(Optimizer optimizer, int iterations, double power, int last_epoch)
                : LRScheduler(optimizer, last_epoch)
            {
                private protected override double Share(int iteration) =>
                    Math.Pow(1 - Math.Min(iteration, iterations) / (double)iterations, power);
            }
        }
    }
}
