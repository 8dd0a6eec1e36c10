using System.Security.Cryptography;
using F2Net.Data.Pictures;
using F2Net.Weights;

namespace F2Net.Data.Packing;

/// <summary>An image and its mask in a packed file.</summary>
internal sealed class PackedSample(PackedPlanes image, PackedPlanes mask) : ISampleSource
{
    public string ImagePath => image.Path;

    public string MaskPath => mask.Path;

    public (int Width, int Height) Size => (image.Width, image.Height);

    public IPixelPlanes Image => image;

    public IPixelPlanes Mask => mask;
}

/// <summary>Planes in a packed file, where they lie; before the first of their bytes is handed out all are compared with their hash.</summary>
internal sealed class PackedPlanes : IPixelPlanes
{
    private readonly MappedBytes bytes;
    private readonly SafetensorsEntry place;
    private readonly Lazy<bool> intact;

    public PackedPlanes(
        PackedFile file,
        string tensor,
        (int Width, int Height) size,
        MappedBytes bytes,
        SafetensorsEntry place,
        string hash
    )
    {
        (Path, Width, Height, this.bytes, this.place) = ($"{file.Path}: {tensor}", size.Width, size.Height, bytes, place);
        intact = new(() =>
            Hash() == hash
                ? true
                : throw new UserException($"{file.Path} is damaged: the bytes of '{tensor}' are not those that were packed; {file.Again}.")
        );
    }

    /// <summary>What messages call it.</summary>
    public string Path { get; }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<byte> Plane(int channel)
    {
        _ = intact.Value;
        var length = Width * Height;
        return bytes.Slice(place.Begin + (long)channel * length, length);
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bytes.Read(place.Begin, place.End, part => hash.AppendData(part.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
