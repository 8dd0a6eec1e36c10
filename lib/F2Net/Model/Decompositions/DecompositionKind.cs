namespace F2Net.Model.Decompositions;

/// <summary>How the image is split into low and high frequencies.</summary>
public enum DecompositionKind
{
    Adaptive,

    /// <summary>AFD with all ones minus the low-pass kernel as its high-pass, in place of the identity minus it.</summary>
    AdaptiveAllOnes,

    /// <summary>AFD twice: high, middle and low frequencies for the state-space, the short-range and the long-range branch.</summary>
    AdaptiveThreeBands,
    LaplacianPyramid,
    Gaussian,
    Haar,
    None,

    /// <summary>Noise in place of the image's frequencies: broken on purpose, to check a comparison.</summary>
    Noise,
}
