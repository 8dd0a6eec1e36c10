using F2Net.Data.Sampling;

namespace F2Net.Data.Synthetic;

/// <summary>Which detail of the ground an object rearranges.</summary>
internal enum DetailBand
{
    /// <summary>A few pixels wide.</summary>
    Fine,

    /// <summary>Some ten pixels wide.</summary>
    Middle,
}

/// <summary>What tells some classes from the background and from each other.</summary>
internal interface ICue
{
    IReadOnlyList<ClassInfo> Classes { get; }

    DetailBand Band { get; }

    /// <summary>Share of the band's variance that is arranged, 0 to 1.</summary>
    double Strength { get; }

    /// <summary>Pixels inwards from the edge over which the arrangement comes in; a middle band that broke off would be a fine edge.</summary>
    double Ramp { get; }

    /// <summary>Mean radii of its objects, pixels.</summary>
    (double Least, double Most) Radii { get; }

    /// <summary>Whether its objects may not lie everywhere, and so find a place first.</summary>
    bool IsBound { get; }

    /// <summary>The variant of its n-th object in a scene, from 0.</summary>
    int VariantOf(int number, Region region);

    /// <summary>Whether an object may lie at a place.</summary>
    bool Allows(Outline place, Region region);

    /// <summary>How the band is arranged in an object.</summary>
    IPattern Arrange(int variant, Outline place, ref CropRandom random);
}
