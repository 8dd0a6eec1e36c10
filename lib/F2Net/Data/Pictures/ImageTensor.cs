using System.Runtime.InteropServices;
using F2Net.Data.Sampling;
using static TorchSharp.torch;

namespace F2Net.Data.Pictures;

/// <summary>The one place where bytes become what the network sees: RGB in [0, 1], less ImageNet's mean, over ImageNet's deviation.</summary>
public static class ImageTensor
{
    internal static readonly float[] Mean = [0.485f, 0.456f, 0.406f],
        Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>(1, 3, H, W), float32.</summary>
    public static Tensor From(Picture picture) => From([picture], [ColourJitter.None]);

    /// <summary>(B, 3, H, W), float32; all pictures of one size, each with its jitter.</summary>
    public static Tensor From(IReadOnlyList<Picture> pictures, IReadOnlyList<ColourJitter> jitters)
    {
        var (width, height) = (pictures[0].Width, pictures[0].Height);
        var tensor = empty([pictures.Count, Picture.Channels, height, width], dtype: ScalarType.Float32);
        var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        var each = Picture.Channels * width * height;
        for (var i = 0; i < pictures.Count; i++)
        {
            if ((pictures[i].Width, pictures[i].Height) != (width, height))
                throw new ArgumentException("Pictures of one batch must have one size.", nameof(pictures));
            var to = values.Slice(i * each, each);
            if (jitters[i] == ColourJitter.None)
                Normalise(pictures[i], to);
            else
                Normalise(pictures[i], jitters[i], to);
        }
        return tensor;
    }

    /// <summary>The way back: (3, H, W) as the network sees it, to the picture; what lies outside of black and white is clipped.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static Picture ToPicture(Tensor image)
    {
        if (image.shape.Length != 3 || image.shape[0] != Picture.Channels)
            throw new ArgumentException($"An image is (3, H, W), not ({string.Join(", ", image.shape)}).", nameof(image));
        using var scope = NewDisposeScope();
        var dense = image.detach().to(ScalarType.Float32).cpu().contiguous();
        var picture = new Picture((int)image.shape[2], (int)image.shape[1], new byte[image.NumberOfElements]);
        var values = MemoryMarshal.Cast<byte, float>(dense.bytes);
        for (var c = 0; c < Picture.Channels; c++)
        {
            var plane = picture.Plane(c);
            for (var i = 0; i < plane.Length; i++)
                plane[i] = (byte)Math.Clamp(MathF.Round(255 * (values[c * plane.Length + i] * Deviation[c] + Mean[c])), 0, 255);
        }
        return picture;
    }

    private static void Normalise(Picture picture, Span<float> to)
    {
        Span<float> table = stackalloc float[256];
        for (var c = 0; c < Picture.Channels; c++)
        {
            for (var v = 0; v < table.Length; v++)
                table[v] = (v / 255f - Mean[c]) / Deviation[c];
            var plane = picture.Plane(c);
            var values = to.Slice(c * plane.Length, plane.Length);
            for (var i = 0; i < plane.Length; i++)
                values[i] = table[plane[i]];
        }
    }

    private static void Normalise(Picture picture, ColourJitter jitter, Span<float> to)
    {
        ReadOnlySpan<byte> red = picture.Plane(0),
            green = picture.Plane(1),
            blue = picture.Plane(2);
        Span<float> r = to[..red.Length],
            g = to.Slice(red.Length, red.Length),
            b = to.Slice(2 * red.Length, red.Length);
        for (var i = 0; i < red.Length; i++)
        {
            var pixel = jitter.Apply(red[i], green[i], blue[i]);
            r[i] = (Math.Clamp(pixel.R, 0f, 255f) / 255f - Mean[0]) / Deviation[0];
            g[i] = (Math.Clamp(pixel.G, 0f, 255f) / 255f - Mean[1]) / Deviation[1];
            b[i] = (Math.Clamp(pixel.B, 0f, 255f) / 255f - Mean[2]) / Deviation[2];
        }
    }
}
