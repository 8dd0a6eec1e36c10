using System.Diagnostics;

namespace F2Net.Kernel.Scripting;

/// <summary>The cell was stopped by the user.</summary>
internal sealed class CellInterruptedException() : OperationCanceledException("The cell was interrupted.");

/// <summary>One cell while it runs, on the thread that made this object, and the ways to stop it.</summary>
/// <param name="onUnhandled">Told of exceptions that nothing in the cell awaits.</param>
internal sealed class CellExecution(Action<Exception> onUnhandled)
{
    private static readonly AsyncLocal<CellExecution?> Ambient = new();
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    // How long a cell that took its token may go on after an interrupt, or stand in a wait, so that it ends well.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancellation = new();
    private readonly Stopwatch interrupted = new();

    private readonly Thread thread = Thread.CurrentThread;
    private readonly CellContext context = new(onUnhandled);
    private volatile bool isInterrupted;
    private volatile bool isTokenTaken;
    private bool isOver;

    /// <summary>The cell that the calling code belongs to, wherever it runs.</summary>
    internal static CellExecution? Current => Ambient.Value;

    /// <summary>Cancelled by an interrupt; for the kernel's own work.</summary>
    internal CancellationToken Token => cancellation.Token;

    /// <summary>The token for the cell's code, which from then on is trusted for a second to stop by it, and only then made to.</summary>
    internal CancellationToken TakeToken()
    {
        isTokenTaken = true;
        return cancellation.Token;
    }

    /// <summary>Throws in the code of an interrupted cell, unless it is still trusted to stop by its token.</summary>
    internal void ThrowIfInterrupted()
    {
        if (isInterrupted && !IsTrusted)
            throw new CellInterruptedException();
    }

    private bool IsTrusted => isTokenTaken && interrupted.Elapsed < Patience;

    /// <summary>Runs a cell to its end.</summary>
    /// <exception cref="CellInterruptedException">The cell was interrupted.</exception>
    internal T Run<T>(Func<Task<T>> cell)
    {
        Ambient.Value = this;
        var before = SynchronizationContext.Current;
        try
        {
            ThrowIfInterrupted();
            SynchronizationContext.SetSynchronizationContext(context);
            var task = cell();
            context.RunUntil(task);
            return isInterrupted ? throw new CellInterruptedException() : task.GetAwaiter().GetResult();
        }
        catch (Exception) when (isInterrupted)
        {
            throw new CellInterruptedException();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            Ambient.Value = null;
            End();
        }
    }

    /// <summary>Stops the cell: by its token, at its next await, output or turn of a loop, and out of calls that sleep or wait.</summary>
    internal void Interrupt()
    {
        lock (gate)
        {
            if (isOver || isInterrupted)
                return;
            interrupted.Start();
            isInterrupted = true;
        }

        Loops.Watch();
        // Not from here: what a token calls may take its time.
        _ = Task.Run(cancellation.Cancel);
        _ = InsistAsync();
    }

    private async Task InsistAsync()
    {
        var asleep = Stopwatch.StartNew();
        while (Look())
            await Task.Delay(LookEvery).ConfigureAwait(false);

        bool Look()
        {
            lock (gate)
            {
                if (isOver)
                    return false;
                if (!IsTrusted)
                    context.Drop();
                if (context.IsWaiting || !thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin))
                    asleep.Restart();
                else if (!isTokenTaken || asleep.Elapsed >= Patience)
                    thread.Interrupt();
                return true;
            }
        }
    }

    private void End()
    {
        while (true)
        {
            try
            {
                lock (gate)
                    isOver = true;
                if (isInterrupted)
                    context.Drop();
                context.End();
                // Takes an interrupt that came too late for the cell, so that it does not hit the next one.
                if (isInterrupted)
                    Thread.Sleep(1);
                break;
            }
            catch (ThreadInterruptedException) { }
        }

        if (isInterrupted)
            _ = Loops.UnwatchAsync();
    }
}
