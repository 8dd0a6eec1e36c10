using F2Net.Data.Pictures;
using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>
/// Draws scenes in which every class differs from the background in one cue. A pixel is a slow wave of brightness plus detail of two sizes, fine and middle,
/// and each detail takes the same values everywhere in equal shares: an object rearranges one of the two and leaves the other, so neither a pixel's colour nor
/// an object's mean or variance says what it is.
/// </summary>
public sealed class SceneGenerator
{
    /// <summary>The details' largest deviations, grey levels. At equal ones a network learns lines long before stripes and rings.</summary>
    private const float Fine = 14,
        Middle = 28;

    /// <summary>The slow wave's deviation, grey levels.</summary>
    private const float Slow = 8;

    private const float Grey = 118;

    /// <summary>The ground's hue: what red, green and blue are of its grey.</summary>
    private static readonly float[] hue = [1.06f, 1, 0.86f];

    private readonly SceneOptions options;
    private readonly IReadOnlyList<ICue> cues;

    /// <exception cref="UserException">A value lies outside its bounds.</exception>
    public SceneGenerator(SceneOptions options)
    {
        options.Validate();
        this.options = options;
        cues = [new LineCue(options), new TextureCue(options), new RegionCue(options)];
        Info = new DataSetInfo(
            "Synthetic cues",
            [new ClassInfo("background", Rgb.Parse("#DDDDDD")), .. cues.SelectMany(c => c.Classes)],
            Source: "Drawn by F2Net for .NET.",
            Licence: "public domain"
        );
    }

    /// <summary>Background first, then the classes of lines, of texture and of regions.</summary>
    public DataSetInfo Info { get; }

    /// <summary>A scene: the same for the same options and number, wherever and beside whatever it is drawn.</summary>
    /// <param name="number">From 0.</param>
    public Scene Draw(int number)
    {
        var random = new CropRandom(options.Seed, number);
        var region = new Region(options.Size, kind: number % options.Regions);
        var slow = Field(WavePattern.Unarranged(options.Size / 3.0, ref random));
        var details = new Dictionary<DetailBand, (float[] Raw, float[] Spread)>
        {
            [DetailBand.Fine] = Detail(WavePattern.Unarranged(options.LinePeriod, ref random)),
            [DetailBand.Middle] = Detail(WavePattern.Unarranged(options.TexturePeriod, ref random)),
        };
        var mask = new Mask(options.Size, options.Size, new byte[options.Size * options.Size]);
        var placed = SceneLayout.Draw(cues, options, region, ref random);
        foreach (var (cue, variant, thing) in placed)
        {
            var (raw, spread) = details[cue.Band];
            Arrange(cue, cue.Arrange(variant, thing.Outline, ref random), thing, raw, spread, mask);
        }
        var picture = Paint(slow, details[DetailBand.Fine].Spread, details[DetailBand.Middle].Spread, region);
        return new Scene(picture, mask, placed.ConvertAll(p => p.Object), region.Beacons);
    }

    private float[] Field(IPattern pattern)
    {
        var field = new float[options.Size * options.Size];
        for (var y = 0; y < options.Size; y++)
            pattern.Row(y, 0, field.AsSpan(y * options.Size, options.Size));
        return field;
    }

    private (float[] Raw, float[] Spread) Detail(IPattern pattern)
    {
        var raw = Field(pattern);
        var spread = (float[])raw.Clone();
        Ranks.Spread(spread);
        return (raw, spread);
    }

    /// <summary>Mixes an object's pattern into the ground's detail, variance kept, gives the mixture the ground's values, and enters the object in the mask.</summary>
    private void Arrange(ICue cue, IPattern pattern, SceneObject thing, float[] raw, float[] spread, Mask mask)
    {
        var outline = thing.Outline;
        var (left, right) = ((int)(outline.X - outline.Reach), (int)(outline.X + outline.Reach) + 1);
        var (top, bottom) = ((int)(outline.Y - outline.Reach), (int)(outline.Y + outline.Reach) + 1);
        var row = new float[right - left + 1];
        var (places, values) = (new List<int>(), new List<float>());
        for (var y = top; y <= bottom; y++)
        {
            pattern.Row(y, left, row);
            for (var x = left; x <= right; x++)
            {
                var depth = outline.DepthAt(x, y);
                if (depth <= 0)
                    continue;
                var place = y * options.Size + x;
                var strength = cue.Strength * (cue.Ramp > 0 ? Math.Min(1, depth / cue.Ramp) : 1);
                places.Add(place);
                values.Add((float)(Math.Sqrt(strength) * row[x - left] + Math.Sqrt(1 - strength) * raw[place]));
                mask.Ids[place] = (byte)thing.Class;
            }
        }
        var mixed = values.ToArray();
        Ranks.Spread(mixed);
        for (var i = 0; i < mixed.Length; i++)
            spread[places[i]] = mixed[i];
    }

    private Picture Paint(float[] slow, float[] fine, float[] middle, Region region)
    {
        var picture = new Picture(options.Size, options.Size, new byte[Picture.Channels * slow.Length]);
        Span<byte> red = picture.Plane(0),
            green = picture.Plane(1),
            blue = picture.Plane(2);
        for (var y = 0; y < options.Size; y++)
        for (var x = 0; x < options.Size; x++)
        {
            var i = y * options.Size + x;
            var grey = Grey + Slow * slow[i] + Fine * fine[i] + Middle * middle[i];
            var (r, g, b) = (hue[0] * grey, hue[1] * grey, hue[2] * grey);
            if (region.Beacons.FirstOrDefault(beacon => beacon.DistanceTo(x, y) < 0) is { } near)
            {
                var (tint, share) = (RegionCue.TintOf(near.Kind), 0.75f * (float)options.RegionStrength);
                (r, g, b) = (r + share * (tint.R - r), g + share * (tint.G - g), b + share * (tint.B - b));
            }
            (red[i], green[i], blue[i]) = (Byte(r), Byte(g), Byte(b));
        }
        return picture;
    }

    private static byte Byte(float value) => (byte)Math.Clamp(MathF.Round(value), 0, 255);
}
