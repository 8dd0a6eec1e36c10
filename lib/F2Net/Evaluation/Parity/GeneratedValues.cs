using System.Text;
using static TorchSharp.torch;

namespace F2Net.Evaluation.Parity;

/// <summary>
/// The reference vectors' generator: numbers that any language makes bit for bit from a seed and a name (FNV-1a, then splitmix64), so that big
/// weights need no file. value[i] = offset + scale · v[i], with v in [-1, 1) on a grid of 2^-23.
/// </summary>
public static class GeneratedValues
{
    /// <summary>FNV-1a, 64 bits, of the text's UTF-8 bytes.</summary>
    public static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 0x100000001B3UL;
        return hash;
    }

    /// <summary>The first <paramref name="count"/> values v of a name.</summary>
    public static float[] Draw(long seed, string name, long count)
    {
        var state = Hash($"{seed}:{name}");
        var values = new float[count];
        for (var i = 0L; i < count; i++)
        {
            var z = state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            z ^= z >> 31;
            values[i] = ((long)(z >> 40) - (1 << 23)) / (float)(1 << 23);
        }
        return values;
    }

    /// <summary>A float32 tensor of offset + scale · v, row-major.</summary>
    public static Tensor Draw(long seed, string name, long[] shape, double scale, double offset)
    {
        var values = Draw(seed, name, shape.Aggregate(1L, (product, n) => product * n));
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(offset + scale * values[i]);
        return tensor(values, shape);
    }
}
