using static TorchSharp.torch;

namespace F2Net.Tests;

/// <summary>Another number of threads to compute with, until it is disposed of.</summary>
internal sealed class Threads : IDisposable
{
    private readonly int before = get_num_threads();

    public Threads(int count) => set_num_threads(count);

    public void Dispose() => set_num_threads(before);
}
