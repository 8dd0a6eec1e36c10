namespace F2Net.Data.Synthetic;

/// <summary>
/// Which scenes are drawn. A class differs from the background in one cue: how the finest detail is arranged, how detail some ten pixels wide is, or in
/// which region the whole scene lies. A strength is the share of a cue's variance that is arranged: 1 all of it, 0 none, and the class cannot be told.
/// </summary>
public sealed record SceneOptions
{
    /// <summary>Most variants that a cue has.</summary>
    public const int MostVariants = 4;

    /// <summary>Fewest and most classes, background included.</summary>
    public const int FewestClasses = 5,
        MostClasses = 1 + 3 * MostVariants;

    /// <summary>With the scene's number it decides every pixel.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Height and width, pixels, at least 512.</summary>
    public int Size { get; init; } = 1024;

    /// <summary>Classes of fine lines, 1 to 4.</summary>
    public int Lines { get; init; } = 2;

    /// <summary>Classes of texture, 1 to 4.</summary>
    public int Textures { get; init; } = 2;

    /// <summary>Classes of region, 2 to 4: a single one would be told by its look alone. A scene lies in one.</summary>
    public int Regions { get; init; } = 2;

    /// <summary>From 0 to 1.</summary>
    public double LineStrength { get; init; } = 1;

    /// <summary>From 0 to 1.</summary>
    public double TextureStrength { get; init; } = 1;

    /// <summary>From 0 to 1: how far the beacons' colours are from the ground's.</summary>
    public double RegionStrength { get; init; } = 1;

    /// <summary>Pixels from line to line, 2.5 to 6.</summary>
    public double LinePeriod { get; init; } = 3;

    /// <summary>Pixels from stripe to stripe or spot to spot, 12 to 32.</summary>
    public double TexturePeriod { get; init; } = 13;

    /// <summary>Classes, background included.</summary>
    public int Classes => 1 + Lines + Textures + Regions;

    /// <summary>No pixel of a region's object is nearer to a beacon than this, in pixels: a fifth of the scene's side.</summary>
    public double BeaconDistance => Size / 5.0;

    /// <summary>The same scenes with so many classes: lines, textures and regions get another variant in turn.</summary>
    /// <exception cref="UserException">Fewer than 5 or more than 13.</exception>
    public SceneOptions WithClasses(int classes)
    {
        if (classes is < FewestClasses or > MostClasses)
            throw new UserException(
                $"Synthetic scenes have {FewestClasses} to {MostClasses} classes, background included, not {classes}; give --classes a number among these."
            );
        var further = classes - FewestClasses;
        return this with
        {
            Lines = 1 + (further + 2) / 3,
            Textures = 1 + (further + 1) / 3,
            Regions = Math.Min(2 + further / 3, MostVariants),
        };
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="UserException">One sentence that names the value.</exception>
    public void Validate()
    {
        Require(Size is >= 512 and <= 16384, $"size ({Size}) must be 512 to 16384 pixels");
        Require(Lines is >= 1 and <= MostVariants, $"lines ({Lines}) must be 1 to {MostVariants}");
        Require(Textures is >= 1 and <= MostVariants, $"textures ({Textures}) must be 1 to {MostVariants}");
        Require(Regions is >= 2 and <= MostVariants, $"regions ({Regions}) must be 2 to {MostVariants}");
        Require(LineStrength is >= 0 and <= 1, $"lineStrength ({LineStrength}) must lie in [0, 1]");
        Require(TextureStrength is >= 0 and <= 1, $"textureStrength ({TextureStrength}) must lie in [0, 1]");
        Require(RegionStrength is >= 0 and <= 1, $"regionStrength ({RegionStrength}) must lie in [0, 1]");
        Require(LinePeriod is >= 2.5 and <= 6, $"linePeriod ({LinePeriod}) must be 2.5 to 6 pixels");
        Require(TexturePeriod is >= 12 and <= 32, $"texturePeriod ({TexturePeriod}) must be 12 to 32 pixels");
    }

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw new UserException($"A synthetic scene's {sentence}; give another value.");
    }
}
