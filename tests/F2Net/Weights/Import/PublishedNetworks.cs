using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Import;

/// <summary>Random weights under the names and in the shapes of published networks; narrower where asked for.</summary>
internal static class PublishedNetworks
{
    /// <param name="stem">plain: conv1, bn1 (torchvision); deep: conv1.0 …, bn1 (timm's resnet18d); v1c: stem.0 … (mmsegmentation).</param>
    /// <param name="averaged">Whether a shortcut averages before its convolution, which moves its indexes by one.</param>
    public static Dictionary<string, Tensor> ResNet18(string stem, bool averaged = false, long width = 64)
    {
        var weights = new Dictionary<string, Tensor>();
        if (stem == "plain")
        {
            weights["conv1.weight"] = randn(width, 3, 7, 7);
            Norm(weights, "bn1", width);
        }
        else
        {
            var name = stem == "deep" ? "conv1" : "stem";
            weights[$"{name}.0.weight"] = randn(width / 2, 3, 3, 3);
            Norm(weights, $"{name}.1", width / 2);
            weights[$"{name}.3.weight"] = randn(width / 2, width / 2, 3, 3);
            Norm(weights, $"{name}.4", width / 2);
            weights[$"{name}.6.weight"] = randn(width, width / 2, 3, 3);
            Norm(weights, stem == "deep" ? "bn1" : "stem.7", width);
        }
        var before = width;
        for (var layer = 1; layer <= 4; layer++)
        for (var block = 0; block < 2; block++)
        {
            var (name, after) = ($"layer{layer}.{block}", width << (layer - 1));
            weights[$"{name}.conv1.weight"] = randn(after, before, 3, 3);
            Norm(weights, $"{name}.bn1", after);
            weights[$"{name}.conv2.weight"] = randn(after, after, 3, 3);
            Norm(weights, $"{name}.bn2", after);
            if (before != after)
            {
                weights[$"{name}.downsample.{(averaged ? 1 : 0)}.weight"] = randn(after, before, 1, 1);
                Norm(weights, $"{name}.downsample.{(averaged ? 2 : 1)}", after);
            }
            before = after;
        }
        weights["fc.weight"] = randn(10, before);
        weights["fc.bias"] = randn(10);
        return weights;
    }

    public static Dictionary<string, Tensor> VitTiny(long width = 192, int depth = 12, long grid = 14)
    {
        var weights = new Dictionary<string, Tensor>
        {
            ["cls_token"] = randn(1, 1, width),
            ["pos_embed"] = randn(1, 1 + grid * grid, width),
            ["patch_embed.proj.weight"] = randn(width, 3, 16, 16),
            ["patch_embed.proj.bias"] = randn(width),
        };
        for (var i = 0; i < depth; i++)
        {
            var name = $"blocks.{i}";
            Affine(weights, $"{name}.norm1", width);
            Linear(weights, $"{name}.attn.qkv", width, 3 * width);
            Linear(weights, $"{name}.attn.proj", width, width);
            Affine(weights, $"{name}.norm2", width);
            Linear(weights, $"{name}.mlp.fc1", width, 4 * width);
            Linear(weights, $"{name}.mlp.fc2", 4 * width, width);
        }
        Affine(weights, "norm", width);
        Linear(weights, "head", width, 10);
        return weights;
    }

    public static Dictionary<string, Tensor> VMamba(IReadOnlyList<int> depths, IReadOnlyList<int> dims, long state)
    {
        var weights = new Dictionary<string, Tensor>
        {
            ["patch_embed.0.weight"] = randn(dims[0] / 2, 3, 3, 3),
            ["patch_embed.0.bias"] = randn(dims[0] / 2),
        };
        Affine(weights, "patch_embed.2", dims[0] / 2);
        weights["patch_embed.5.weight"] = randn(dims[0], dims[0] / 2, 3, 3);
        weights["patch_embed.5.bias"] = randn(dims[0]);
        Affine(weights, "patch_embed.7", dims[0]);
        for (var i = 0; i < depths.Count; i++)
        {
            long c = dims[i];
            for (var j = 0; j < depths[i]; j++)
                Block(weights, $"layers.{i}.blocks.{j}", c, state);
            if (i + 1 < depths.Count)
            {
                weights[$"layers.{i}.downsample.1.weight"] = randn(dims[i + 1], c, 3, 3);
                weights[$"layers.{i}.downsample.1.bias"] = randn(dims[i + 1]);
                Affine(weights, $"layers.{i}.downsample.3", dims[i + 1]);
            }
        }
        Affine(weights, "classifier.norm", dims[^1]);
        Linear(weights, "classifier.head", dims[^1], 10);
        return weights;
    }

    private static void Block(Dictionary<string, Tensor> weights, string name, long c, long state)
    {
        Affine(weights, $"{name}.norm", c);
        weights[$"{name}.op.x_proj_weight"] = randn(4, c / 16 + 2 * state, c);
        weights[$"{name}.op.Ds"] = randn(4, c / 16, 16);
        weights[$"{name}.op.A_logs"] = randn(4, c / 16);
        weights[$"{name}.op.dt_projs_bias"] = randn(4, c / 16);
        Affine(weights, $"{name}.op.out_norm", c);
        weights[$"{name}.op.in_proj.weight"] = randn(c, c);
        weights[$"{name}.op.conv2d.1.weight"] = randn(c, 1, 3, 3);
        weights[$"{name}.op.out_proj.weight"] = randn(c, c);
        Affine(weights, $"{name}.norm2", c);
        Linear(weights, $"{name}.mlp.fc1", c, 4 * c);
        Linear(weights, $"{name}.mlp.fc2", 4 * c, c);
    }

    private static void Linear(Dictionary<string, Tensor> weights, string name, long from, long to)
    {
        weights[name + ".weight"] = randn(to, from);
        weights[name + ".bias"] = randn(to);
    }

    private static void Affine(Dictionary<string, Tensor> weights, string name, long channels)
    {
        weights[name + ".weight"] = randn(channels);
        weights[name + ".bias"] = randn(channels);
    }

    private static void Norm(Dictionary<string, Tensor> weights, string name, long channels)
    {
        Affine(weights, name, channels);
        weights[name + ".running_mean"] = randn(channels);
        weights[name + ".running_var"] = rand(channels);
        weights[name + ".num_batches_tracked"] = tensor(17L);
    }
}
