using F2Net.Benchmarks;
using static TorchSharp.torch;

namespace F2Net.Studies.Costs;

/// <summary>What a row's network costs: a file of its own, FOLDER/efficiency/PRESET/ROW.json.</summary>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="Sizes">
/// All forward passes that an image takes, one or as many as it has patches, batch 1, a line for each size: operations by kind, time, peak memory, protocol.
/// </param>
public sealed record StudyEfficiency(string Row, string Preset, long Parameters, IReadOnlyList<BenchmarkRow> Sizes)
{
    /// <param name="folder">results/studies of the project.</param>
    public static string FileOf(string folder, StudyPreset preset, StudyRow row) =>
        Path.Combine(folder, "efficiency", preset.Name, $"{row.Name}.json");

    /// <summary>The figures of a row, or of another row with the same network; null where it has not been measured.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static StudyEfficiency? Find(string folder, StudyPreset preset, StudyRow row) =>
        FileOf(folder, preset, Representative(preset, row)) is var file && File.Exists(file) ? JsonFile.Read<StudyEfficiency>(file) : null;

    /// <summary>The rows whose networks differ: the others cost as much as one of these.</summary>
    public static IReadOnlyList<StudyRow> Rows(StudyPreset preset, IEnumerable<StudyRow> rows) =>
        [.. rows.Select(row => Representative(preset, row)).DistinctBy(row => row.Name)];

    /// <summary>Measures a row's network with random weights.</summary>
    /// <param name="sizes">Sides of square images in pixels.</param>
    /// <param name="told">Called with the size, the runs done and the runs planned.</param>
    public static StudyEfficiency Measure(
        StudyPreset preset,
        StudyRow row,
        IReadOnlyList<int> sizes,
        Device device,
        string commit,
        Action<int, int, int>? told = null,
        CancellationToken cancellation = default
    )
    {
        var protocol = new BenchmarkProtocol(preset.Name, device, Precision.Float32, Seed: 1, commit) { Variant = row.Network };
        using var benchmark = new NetworkBenchmark(protocol, RunPlan.Usual);
        return new(
            row.Name,
            preset.Name,
            benchmark.Parameters,
            [.. sizes.Order().Select(s => benchmark.Image(row.Inference.Passes, s, s, (run, of) => told?.Invoke(s, run, of), cancellation))]
        );
    }

    // The first of all rows that has this network and applies it alike.
    private static StudyRow Representative(StudyPreset preset, StudyRow row)
    {
        var network = NetworkOf(row);
        return Catalogue.Rows.FirstOrDefault(r => NetworkOf(r) == network) ?? row;

        string NetworkOf(StudyRow of) => of.Inference.Name + JsonFile.Line(of.Network(preset.Network(2)));
    }
}
