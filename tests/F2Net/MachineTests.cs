using System.Diagnostics;

namespace F2Net.Tests;

public sealed class MachineTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_commit_has_a_plus_sign_where_files_other_than_results_differ_from_it()
    {
        Write("code.txt", "one");
        Write("results/table.txt", "one");
        Git("init", "--quiet");
        Git("add", ".");
        Git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "first");
        var commit = Machine.Commit(folder.Path);
        Assert.Matches("^[0-9a-f]{4,40}$", commit);

        Write("results/table.txt", "another");
        Assert.Equal(commit, Machine.Commit(folder.Path));
        Write("code.txt", "another");
        Assert.Equal(commit + "+", Machine.Commit(folder.Path));
    }

    private void Write(string name, string text) => File.WriteAllText(folder.File(name), text);

    private void Git(params string[] arguments)
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", .. arguments])
            {
                WorkingDirectory = folder.Path,
            }
        )!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
