using F2Net.Notebook;

namespace F2Net.Tests.Notebook;

public class CellTests
{
    [Fact]
    public void Hands_out_the_running_cells_token_and_none_outside_a_kernel()
    {
        Assert.Equal(CancellationToken.None, Cell.Cancellation);
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var current = first;
        AppContext.SetData("Jupyter.CellCancellation", (Func<CancellationToken>)(() => current.Token));
        try
        {
            Assert.Equal(first.Token, Cell.Cancellation);
            current = second;
            Assert.Equal(second.Token, Cell.Cancellation);
        }
        finally
        {
            AppContext.SetData("Jupyter.CellCancellation", null);
        }
    }
}
