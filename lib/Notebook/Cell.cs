namespace F2Net.Notebook;

/// <summary>The notebook cell that is running.</summary>
public static class Cell
{
    private const string CancellationKey = "Jupyter.CellCancellation";

    /// <summary>
    /// Cancelled when the reader interrupts the cell. Outside lib/Kernel, which lays a function that returns it into the process's
    /// <see cref="AppContext"/>, it is <see cref="CancellationToken.None"/>.
    /// </summary>
    public static CancellationToken Cancellation =>
        AppContext.GetData(CancellationKey) is Func<CancellationToken> current ? current() : CancellationToken.None;
}
