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
    public void A_failure_while_writing_leaves_nothing()
    {
        var path = folder.File("deep/scores.json");
        Assert.Throws<InvalidOperationException>(() => OutputFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.Empty(Directory.GetFiles(folder.File("deep")));
    }
}
