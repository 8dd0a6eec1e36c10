namespace F2Net.Tests;

public sealed class OutputFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_full_disk_is_one_sentence_and_leaves_the_older_file()
    {
        var path = folder.File("scores.json");
        JsonFile.Write(path, 1);
        File.CreateSymbolicLink($"{path}.{Environment.ProcessId}.partial", "/dev/full");

        var error = Assert.Throws<UserException>(() => JsonFile.Write(path, 2));

        Assert.Equal($"Cannot write {path}; choose a folder that you may write to and that has space left.", error.Message);
        Assert.Equal(1, JsonFile.Read<int>(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_said_before_the_work()
    {
        OutputFile.Check(folder.File("new/scores.json"));
        Assert.Empty(Directory.GetFiles(folder.File("new")));
        File.WriteAllText(folder.File("file"), "");
        Assert.Equal(
            $"Cannot write {Path.Combine(folder.Path, "file/a")}; choose a folder that you may write to and that has space left.",
            Assert.Throws<UserException>(() => OutputFile.Check(Path.Combine(folder.Path, "file/a"))).Message
        );
        Assert.Equal(
            $"Cannot write {folder.File("new")}, which is a folder; give the name of a file.",
            Assert.Throws<UserException>(() => OutputFile.Check(folder.File("new"))).Message
        );
        Assert.Equal(
            "A file to write has an empty name; say where it goes.",
            Assert.Throws<UserException>(() => JsonFile.Write("", 1)).Message
        );
    }

    [Fact]
    public void A_failure_while_writing_leaves_nothing()
    {
        var path = folder.File("deep/scores.json");
        Assert.Throws<InvalidOperationException>(() => OutputFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.Empty(Directory.GetFiles(folder.File("deep")));
    }
}
