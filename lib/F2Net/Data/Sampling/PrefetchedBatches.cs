namespace F2Net.Data.Sampling;

/// <summary>The sampler's batches in order, the next one drawn on another thread while the last is trained on.</summary>
public sealed class PrefetchedBatches : IDisposable
{
    private readonly CropSampler sampler;
    private int iteration;
    private Task<Batch> next;

    /// <param name="iteration">Of the first batch.</param>
    public PrefetchedBatches(CropSampler sampler, int iteration)
    {
        (this.sampler, this.iteration) = (sampler, iteration);
        next = Task.Run(() => sampler.Draw(iteration));
    }

    /// <summary>The next batch, the caller's to dispose.</summary>
    /// <exception cref="UserException">A picture is faulty.</exception>
    public Batch Next()
    {
        var batch = next.GetAwaiter().GetResult();
        var following = ++iteration;
        next = Task.Run(() => sampler.Draw(following));
        return batch;
    }

    /// <summary>Waits for the batch under way and frees it.</summary>
    public void Dispose()
    {
        try
        {
            next.GetAwaiter().GetResult().Dispose();
        }
        catch (UserException)
        {
            // A batch that nobody asks for any more may fail.
        }
    }
}
