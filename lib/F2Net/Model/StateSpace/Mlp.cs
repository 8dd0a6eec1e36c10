using F2Net.Kernels.Matrices;
using F2Net.Kernels.Perceptrons;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace F2Net.Model.StateSpace;

/// <summary>Two linear layers with a GELU between them, on the last axis.</summary>
public sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1,
        fc2;

    public Mlp(long channels, long hidden)
        : base(nameof(Mlp))
    {
        fc1 = nn.Linear(channels, hidden);
        fc2 = nn.Linear(hidden, channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return MatrixProduct.Apply(fc2, GeluActivation.Apply(MatrixProduct.Apply(fc1, x))).MoveToOuterDisposeScope();
    }

    /// <summary>x plus what the MLP makes of it behind a norm; x's memory may hold the result.</summary>
    public Tensor Residual(Tensor x, LayerNorm norm) => FusedMlp.Apply(x, norm, fc1, fc2, overwrite: true);
}
