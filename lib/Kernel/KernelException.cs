namespace F2Net.Kernel;

/// <summary>Something a person can put right: one sentence that says what is wrong and what to do.</summary>
public sealed class KernelException : Exception
{
    public KernelException(string message)
        : base(message) { }

    public KernelException(string message, Exception? inner)
        : base(message, inner) { }
}
