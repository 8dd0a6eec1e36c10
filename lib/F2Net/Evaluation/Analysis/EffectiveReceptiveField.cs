using static TorchSharp.torch;

namespace F2Net.Evaluation.Analysis;

/// <summary>
/// Where a network's central feature looks: the size of its gradient with respect to every input pixel, summed over channels and averaged
/// over inputs (Luo et al. 2016).
/// </summary>
public static class EffectiveReceptiveField
{
    /// <param name="branch">From (B, C, H, W) to (B, C', h, w).</param>
    /// <param name="input">(B, C, H, W).</param>
    /// <returns>(H, W), not negative, scaled to a largest value of one.</returns>
    public static Tensor Of(Func<Tensor, Tensor> branch, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var enabled = enable_grad();
        var watched = input.detach().requires_grad_();
        var features = branch(watched);
        var centre = features.select(3, features.shape[3] / 2).select(2, features.shape[2] / 2); // (B, C')
        var gradient = autograd.grad([centre.sum()], [watched])[0];
        var field = gradient.abs().sum([0, 1]); // (H, W)
        return (field / field.max()).MoveToOuterDisposeScope();
    }

    /// <summary>The share of a field's mass within a distance of its centre, for each distance in pixels.</summary>
    public static IReadOnlyList<double> MassWithin(Tensor field, IReadOnlyList<double> distances)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (field.shape[0], field.shape[1]);
        var rows = arange(height, dtype: ScalarType.Float32) - height / 2;
        var columns = arange(width, dtype: ScalarType.Float32) - width / 2;
        var distance = (rows * rows).unsqueeze(1) + (columns * columns).unsqueeze(0); // squared, (H, W)
        var total = field.sum().item<float>();
        return [.. distances.Select(d => (double)(field * (distance <= d * d)).sum().item<float>() / total)];
    }
}
