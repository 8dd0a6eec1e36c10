using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>What a label file's pixels mean: each colour, or each value of a single band, a class id.</summary>
internal sealed class LabelCode
{
    private readonly Dictionary<int, byte> ids;
    private readonly bool isColour,
        binarised;
    private readonly double mostStrays;

    private LabelCode(Dictionary<int, byte> ids, bool isColour, bool binarised = false, double mostStrays = 0) =>
        (this.ids, this.isColour, this.binarised, this.mostStrays) = (ids, isColour, binarised, mostStrays);

    public static LabelCode Colours(IEnumerable<(Rgb Colour, byte Id)> codes) => new(ByKey(codes), isColour: true);

    /// <summary>For masks that were compressed or resized with loss: channels of 128 and more count as 255, others as 0.</summary>
    /// <param name="mostStrays">Up to this share of a mask's pixels may still be of no class's colour: they become class 0, with a remark.</param>
    public static LabelCode BinarisedColours(IEnumerable<(Rgb Colour, byte Id)> codes, double mostStrays) =>
        new(ByKey(codes), isColour: true, binarised: true, mostStrays);

    /// <summary>Each class by its colour, and colours that mean the ignore index.</summary>
    public static LabelCode Colours(DataSetInfo info, IEnumerable<Rgb> ignored) =>
        Colours([.. info.Classes.Select((c, id) => (c.Colour, (byte)id)), .. ignored.Select(c => (c, (byte)info.IgnoreIndex))]);

    public static LabelCode Values(IEnumerable<(byte Value, byte Id)> codes) =>
        new(codes.ToDictionary(c => (int)c.Value, c => c.Id), isColour: false);

    /// <summary>The class ids of a label file, read strip by strip.</summary>
    /// <exception cref="UserException">The file is damaged or has another size than its image, or some pixels are of no class.</exception>
    public Labels Read(string labels, string image, CancellationToken cancellation)
    {
        using var raster = new Raster(labels);
        using (var picture = new Raster(image))
            if ((raster.Width, raster.Height) != (picture.Width, picture.Height))
                throw new UserException(
                    $"{labels} is {raster.Width} x {raster.Height} pixels and its image {image} {picture.Width} x {picture.Height}; "
                        + "download both again, or correct one of them."
                );
        raster.CheckSize(bands: 1);
        var mask = new Mask(raster.Width, raster.Height, new byte[(long)raster.Width * raster.Height]);
        var unknown = new Dictionary<int, (long Pixels, int First)>();
        foreach (var strip in raster.Strips())
        {
            cancellation.ThrowIfCancellationRequested();
            Translate(raster, strip, mask.Ids.AsSpan(strip.Y * strip.Width, strip.Height * strip.Width), unknown);
        }
        if (unknown.Count == 0)
            return new Labels(mask);
        // A pixel of no class was left at 0.
        var strays = unknown.Values.Sum(u => u.Pixels);
        return strays <= mostStrays * mask.Ids.Length
            ? new Labels(mask, $"{Counted(strays)} of no class ({string.Join(", ", unknown.Keys.Select(What))}) became class 0.")
            : throw Unknown(labels, mask.Width, unknown);
    }

    private void Translate(Raster raster, PixelWindow strip, Span<byte> to, Dictionary<int, (long Pixels, int First)> unknown)
    {
        var values = isColour ? [] : raster.ReadMask(strip).Ids;
        var colours = isColour ? raster.ReadPicture(strip) : null;
        ReadOnlySpan<byte> red = colours is null ? [] : colours.Plane(0),
            green = colours is null ? [] : colours.Plane(1),
            blue = colours is null ? [] : colours.Plane(2);
        // Neighbours are mostly of one class, so the last answer is the next one's.
        var (lastKey, lastId) = (-1, (byte)0);
        for (var i = 0; i < to.Length; i++)
        {
            var key =
                !isColour ? values[i]
                : binarised ? Key(Binary(red[i]), Binary(green[i]), Binary(blue[i]))
                : Key(red[i], green[i], blue[i]);
            if (key != lastKey)
            {
                if (!ids.TryGetValue(key, out var id))
                {
                    var (pixels, first) = unknown.GetValueOrDefault(key, (0, strip.Y * strip.Width + i));
                    unknown[key] = (pixels + 1, first);
                    continue;
                }
                (lastKey, lastId) = (key, id);
            }
            to[i] = lastId;
        }
    }

    private UserException Unknown(string labels, int width, Dictionary<int, (long Pixels, int First)> unknown)
    {
        var (key, (pixels, first)) = unknown.OrderByDescending(u => u.Value.Pixels).ThenBy(u => u.Value.First).First();
        var (others, otherPixels) = (unknown.Count - 1, unknown.Values.Sum(u => u.Pixels) - pixels);
        var more =
            others == 0
                ? ""
                : $", and {Counted(otherPixels)} of {others} more such {(isColour ? "colour" : "value")}{(others == 1 ? "" : "s")}";
        return new UserException(
            $"{labels} has {Counted(pixels)} of {What(key)}, which is no class (the first in column {first % width}, row {first / width}){more}; "
                + "correct the file, or download it again."
        );
    }

    private string What(int key) => isColour ? $"colour {new Rgb((byte)(key >> 16), (byte)(key >> 8), (byte)key)}" : $"value {key}";

    private static Dictionary<int, byte> ByKey(IEnumerable<(Rgb Colour, byte Id)> codes) =>
        codes.ToDictionary(c => Key(c.Colour.R, c.Colour.G, c.Colour.B), c => c.Id);

    private static string Counted(long pixels) => $"{pixels} {(pixels == 1 ? "pixel" : "pixels")}";

    private static byte Binary(byte value) => value < 128 ? (byte)0 : (byte)255;

    private static int Key(byte red, byte green, byte blue) => (red << 16) | (green << 8) | blue;
}
