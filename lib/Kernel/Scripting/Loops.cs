using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace F2Net.Kernel.Scripting;

/// <summary>What the loops of cells call on every turn, so that an interrupt stops also a loop that only computes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Loops
{
    // How long what an interrupted cell has left running on other threads is looked for.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(2);

    private static volatile int interrupted;

    /// <summary>From here on loops look whether their cell is interrupted.</summary>
    internal static void Watch() => Interlocked.Increment(ref interrupted);

    /// <summary>The interrupted cell is over: soon loops run at full speed again.</summary>
    internal static async Task UnwatchAsync()
    {
        await Task.Delay(Aftermath).ConfigureAwait(false);
        Interlocked.Decrement(ref interrupted);
    }

    /// <summary>One turn of a loop: a read of one flag while nothing is being interrupted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn()
    {
        if (interrupted > 0)
            CellExecution.Current?.ThrowIfInterrupted();
    }
}
