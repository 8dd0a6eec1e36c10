namespace F2Net.Benchmarks;

/// <summary>What a benchmark measures by itself.</summary>
public enum NetworkPart
{
    /// <summary>AFD: the image to X_low and X_high.</summary>
    Decomposition,

    /// <summary>The high-frequency branch with its embedding: X_high to F_m.</summary>
    High,

    /// <summary>The short-range branch: X_low at its scale to F_s.</summary>
    Short,

    /// <summary>The long-range branch: its view of X_low to F_l; under a token budget the contexts, which it splits itself, to F_l.</summary>
    Long,

    /// <summary>F_s and F_l to F_sl.</summary>
    LowFusion,

    /// <summary>F_sl and F_m to F.</summary>
    Fusion,

    /// <summary>F to logits at the image's size.</summary>
    Head,
}
