using System.Diagnostics;
using System.Runtime;

namespace F2Net.Kernel.Scripting;

/// <summary>The cell was stopped by the user.</summary>
internal sealed class CellInterruptedException() : OperationCanceledException("The cell was interrupted.");

/// <summary>One cell while it runs, and the ways to stop it.</summary>
/// <param name="onUnhandled">Told of exceptions that nothing in the cell awaits.</param>
internal sealed class CellExecution(Action<Exception> onUnhandled)
{
    private static readonly AsyncLocal<CellExecution?> Ambient = new();
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    // A cell that took its token is given time to end well; one that did not is only given time to come out of a call.
    private static readonly TimeSpan PatienceWithSleep = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan PatienceWithLoop = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancellation = new();
    private readonly CancellationTokenSource abort = new();

    private CellContext? context;
    private Thread? thread;
    private volatile bool isInterrupted;
    private volatile bool isTokenTaken;
    private bool isOver;

    /// <summary>The cell that the calling code belongs to, wherever it runs.</summary>
    internal static CellExecution? Current => Ambient.Value;

    internal bool IsInterrupted => isInterrupted;

    /// <summary>Cancelled by an interrupt; for the kernel's own work.</summary>
    internal CancellationToken Token => cancellation.Token;

    /// <summary>The token for the cell's code, which from then on is trusted to stop by it.</summary>
    internal CancellationToken TakeToken()
    {
        isTokenTaken = true;
        return cancellation.Token;
    }

    /// <summary>Throws in the code of an interrupted cell.</summary>
    internal void ThrowIfInterrupted()
    {
        if (isInterrupted)
            throw new CellInterruptedException();
    }

    /// <summary>Runs a cell on the calling thread to its end.</summary>
    /// <exception cref="CellInterruptedException">The cell was interrupted.</exception>
    internal T Run<T>(Func<Task<T>> cell)
    {
        thread = Thread.CurrentThread;
        context = new CellContext(onUnhandled);
        Ambient.Value = this;
        var before = SynchronizationContext.Current;
        Task<T>? task = null;
        try
        {
#pragma warning disable SYSLIB0046 // The only way to stop a loop that looks at nothing; used when all others have failed.
            ControlledExecution.Run(
                () =>
                {
                    SynchronizationContext.SetSynchronizationContext(context);
                    task = cell();
                    context.RunUntil(task);
                },
                abort.Token
            );
#pragma warning restore SYSLIB0046
            ThrowIfInterrupted();
            return task!.GetAwaiter().GetResult();
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

    /// <summary>Stops the cell: politely the first time, at once the second.</summary>
    internal void Interrupt()
    {
        lock (gate)
        {
            if (isOver)
                return;
            if (isInterrupted)
            {
                _ = Task.Run(abort.Cancel);
                return;
            }

            isInterrupted = true;
        }

        // Not from here: what a token calls may take its time.
        _ = Task.Run(cancellation.Cancel);
        context?.Drop();
        _ = InsistAsync();
    }

    private async Task InsistAsync()
    {
        var since = Stopwatch.StartNew();
        var asleep = Stopwatch.StartNew();
        while (Look())
            await Task.Delay(LookEvery).ConfigureAwait(false);

        bool Look()
        {
            lock (gate)
            {
                if (isOver)
                    return false;
                if (
                    thread is null
                    || context is null
                    || context.IsWaiting
                    || !thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin)
                )
                    asleep.Restart();
                else if (!isTokenTaken || asleep.Elapsed >= PatienceWithSleep)
                    thread.Interrupt();
                if (!isTokenTaken && since.Elapsed >= PatienceWithLoop)
                    _ = Task.Run(abort.Cancel);
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
                context!.End();
                // Takes an interrupt that came too late for the cell, so that it does not hit the next one.
                if (isInterrupted)
                    Thread.Sleep(1);
                return;
            }
            catch (ThreadInterruptedException) { }
        }
    }
}
