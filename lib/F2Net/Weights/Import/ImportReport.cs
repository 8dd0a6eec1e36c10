namespace F2Net.Weights.Import;

/// <summary>A weight that was taken.</summary>
/// <param name="Name">Ours.</param>
/// <param name="From">The file's.</param>
/// <param name="Adapted">How its shape was changed; null where it was not.</param>
public sealed record TakenWeight(string Name, string From, IReadOnlyList<long> Shape, IReadOnlyList<long> FromShape, string? Adapted);

/// <summary>Tensors of the file that were left, and why.</summary>
public sealed record LeftWeights(string Reason, IReadOnlyList<string> Names);

/// <summary>What came of an import.</summary>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Sha256">Of the file, in hexadecimal.</param>
/// <param name="Source">What the file was read as.</param>
/// <param name="Key">The entry of a checkpoint's dictionary that was read; null for its top.</param>
/// <param name="OtherKeys">Other entries of it that hold tensors.</param>
/// <param name="Prefix">What stood before every name in the file.</param>
/// <param name="Missing">Ours that nothing of the file fills.</param>
public sealed record ImportReport(
    string File,
    string Sha256,
    string Source,
    string? Key,
    IReadOnlyList<string> OtherKeys,
    string Prefix,
    IReadOnlyList<TakenWeight> Taken,
    IReadOnlyList<LeftWeights> Left,
    IReadOnlyList<string> Missing
);
