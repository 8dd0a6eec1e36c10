namespace F2Net.Weights.Checkpoints;

/// <summary>Where a checkpoint keeps its numbers.</summary>
internal interface IStorages : IDisposable
{
    /// <summary>Fills <paramref name="bytes"/> with a storage from its start.</summary>
    /// <exception cref="UserException">It is missing, shorter than that, or unreadable.</exception>
    void Read(string key, Span<byte> bytes);
}
