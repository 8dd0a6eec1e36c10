namespace F2Net.Data.Preparation;

/// <summary>A picture of a download.</summary>
/// <param name="Name">Its name in the prepared data set.</param>
/// <param name="Images">The files that it is made from, in their order.</param>
/// <param name="Labels">The files that its mask is made from, in their order.</param>
/// <param name="Stratum">Pictures of one stratum are spread evenly over the splits.</param>
/// <param name="Split">Where the download itself puts it; null where it does not say.</param>
public sealed record SourcePicture(
    string Name,
    IReadOnlyList<string> Images,
    IReadOnlyList<string> Labels,
    string Stratum = "",
    string? Split = null
);
