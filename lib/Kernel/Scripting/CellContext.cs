namespace F2Net.Kernel.Scripting;

/// <summary>
/// Runs a cell and everything after its awaits on one thread, so that what libraries keep per thread holds through a cell.
/// Once the cell is interrupted its continuations are dropped; once it is over they go to the thread pool.
/// </summary>
internal sealed class CellContext(Action<Exception> onUnhandled) : SynchronizationContext
{
    // How long the thread may stand in a blocking call before others run what it is waiting for.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly object gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly Thread thread = Thread.CurrentThread;

    private bool isWaiting;
    private bool isWatched;
    private bool isDropped;
    private bool isOver;

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Whether the thread waits here, and not in the cell's own code.</summary>
    internal bool IsWaiting
    {
        get
        {
            lock (gate)
                return isWaiting;
        }
    }

    /// <summary>Runs continuations until the task is done.</summary>
    /// <exception cref="OperationCanceledException">The continuations were dropped before that.</exception>
    internal void RunUntil(Task task)
    {
        _ = task.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (Next(task) is { } item)
            Run(item);
    }

    /// <summary>From now on nothing of the cell runs any more.</summary>
    internal void Drop()
    {
        lock (gate)
        {
            isDropped = true;
            queue.Clear();
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The cell is over: what it left running goes on in the background.</summary>
    internal void End()
    {
        lock (gate)
        {
            isOver = true;
            RunElsewhere();
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
        {
            if (isDropped)
                return;
            queue.Enqueue((d, state));
            if (isOver)
                RunElsewhere();
            else if (isWaiting)
                Monitor.PulseAll(gate);
            else if (!isWatched)
                Watch();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == thread)
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        Post(
            _ =>
            {
                d(state);
                done.Set();
            },
            null
        );
        done.Wait();
    }

    private (SendOrPostCallback, object?)? Next(Task task)
    {
        lock (gate)
        {
            isWaiting = true;
            try
            {
                while (queue.Count == 0 && !task.IsCompleted && !isDropped)
                    Monitor.Wait(gate);
            }
            finally
            {
                isWaiting = false;
            }

            if (isDropped)
                throw new OperationCanceledException();
            return queue.Count > 0 ? queue.Dequeue() : null;
        }
    }

    private void Wake()
    {
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>A cell that blocks on a task of its own (.Result, .Wait()) would wait for itself: then the pool takes over.</summary>
    private void Watch()
    {
        isWatched = true;
        _ = Task.Delay(Patience).ContinueWith(_ => Look(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Look()
    {
        lock (gate)
        {
            isWatched = false;
            if (queue.Count == 0 || isWaiting || isDropped || isOver)
                return;
            if (thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin))
                RunElsewhere();
            else
                Watch();
        }
    }

    private void RunElsewhere()
    {
        while (queue.TryDequeue(out var item))
            ThreadPool.QueueUserWorkItem(Run, item, preferLocal: false);
    }

    private void Run((SendOrPostCallback Callback, object? State) item)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            item.Callback(item.State);
        }
#pragma warning disable CA1031 // What an async void method throws arrives here, and has nowhere else to go.
        catch (Exception e) when (Thread.CurrentThread != thread || e is not (ThreadInterruptedException or OperationCanceledException))
#pragma warning restore CA1031
        {
            onUnhandled(e);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
