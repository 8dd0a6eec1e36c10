using F2Net.Kernel.Scripting;

namespace F2Net.Tests.Kernel.Scripting;

public class CellExecutionTests
{
    private readonly CellExecution cell = new(_ => { });
    private bool isSaved;

    [Fact]
    public void A_loop_that_stops_by_its_token_comes_to_what_is_behind_it()
    {
        Interrupted(() =>
        {
            var token = cell.TakeToken();
            Interrupt();
            do Loops.Turn();
            while (!token.IsCancellationRequested);
            isSaved = true;
            return Task.FromResult(0);
        });
        Assert.True(isSaved);
    }

    [Fact]
    public void An_await_that_stops_by_its_token_comes_to_its_catch()
    {
        Interrupted(async () =>
        {
            var token = cell.TakeToken();
            Interrupt();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException)
            {
                isSaved = true;
            }

            return 0;
        });
        Assert.True(isSaved);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loop_that_heeds_no_token_is_stopped(bool isTokenTaken) =>
        Interrupted(() =>
        {
            if (isTokenTaken)
                cell.TakeToken();
            Interrupt();
            while (true)
                Loops.Turn();
        });

    [Fact]
    public void What_an_interrupted_cell_left_behind_does_not_go_on()
    {
        var later = new TaskCompletionSource();
        Interrupted(() =>
        {
            cell.TakeToken();
            _ = Save();
            Interrupt();
            cell.Token.WaitHandle.WaitOne();
            return Task.FromResult(0);
        });
        later.SetResult();
        Thread.Sleep(100);
        Assert.False(isSaved);

        async Task Save()
        {
            await later.Task;
            isSaved = true;
        }
    }

    private void Interrupted(Func<Task<int>> code) => Assert.Throws<CellInterruptedException>(() => cell.Run(code));

    private void Interrupt() => _ = Task.Run(cell.Interrupt);
}
