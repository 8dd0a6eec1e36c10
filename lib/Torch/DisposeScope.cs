namespace TorchSharp;

/// <summary>
/// Owns every tensor made on this thread while it is the innermost scope, and frees them together.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);
    private bool disposed;

    internal DisposeScope()
    {
        Outer = Current;
        Current = this;
    }

    [field: ThreadStatic]
    internal static DisposeScope? Current { get; private set; }

    internal DisposeScope? Outer { get; }

    public int DisposablesCount => owned.Count;

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(Outer, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
            MoveToOuter(disposable);
    }

    /// <summary>Hands on what this scope owns; anything else stays where it is.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (!owned.Remove(disposable))
            return disposable;
        if (disposable is torch.Tensor tensor)
            tensor.Scope = scope;
        scope?.owned.Add(disposable);
        return disposable;
    }

    public T Detach<T>(T disposable)
        where T : IDisposable => MoveToOther(null, disposable);

    public void Attach(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            tensor.Scope?.owned.Remove(tensor);
            tensor.Scope = this;
        }
        owned.Add(disposable);
    }

    public bool Contains(IDisposable disposable) => owned.Contains(disposable);

    /// <summary>Forgets a disposable that was freed on its own.</summary>
    public void MarkAsDisposed(IDisposable disposable) => owned.Remove(disposable);

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        if (ReferenceEquals(Current, this))
            Current = Outer;
        foreach (var disposable in owned)
        {
            if (disposable is torch.Tensor tensor)
                tensor.Scope = null; // it must not come back to change this set
            disposable.Dispose();
        }
        owned.Clear();
    }
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => new();
}
