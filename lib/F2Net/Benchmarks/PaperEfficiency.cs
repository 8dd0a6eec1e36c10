namespace F2Net.Benchmarks;

/// <summary>The paper's figures for efficiency: batch 1 on a GPU, 300 runs after 100.</summary>
/// <param name="FramesPerSecond">Null where the paper gives none.</param>
/// <param name="MemoryMB">Millions of bytes.</param>
public sealed record PaperEfficiency(string DataSet, int Size, double? FramesPerSecond, double MemoryMB)
{
    public static IReadOnlyList<PaperEfficiency> Rows { get; } = [new("DeepGlobe", 2448, 24.30, 2767), new("Inria", 5000, null, 5534)];
}
