using static TorchSharp.torch;

namespace F2Net.Benchmarks;

/// <summary>All forward passes that a network makes over an image, in whatever pieces it takes it.</summary>
/// <param name="Run">Does them on an image, (1, 3, H, W), without gradients.</param>
/// <param name="Operations">Counts them for a height and a width.</param>
public sealed record ImagePasses(Action<Tensor> Run, Func<int, int, Operations> Operations)
{
    /// <summary>One pass over it all.</summary>
    public static ImagePasses Whole(Model.F2NetModel model) =>
        new(image => model.call(image).Dispose(), (height, width) => OperationCounter.Whole(model, height, width));
}
