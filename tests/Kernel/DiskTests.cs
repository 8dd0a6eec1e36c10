using F2Net.Kernel;

namespace F2Net.Tests.Kernel;

public sealed class DiskTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void Looking_whether_a_file_can_be_written_leaves_it_as_it_is()
    {
        var file = folder.File("x.ipynb");
        File.WriteAllText(file, "old");
        Disk.Check(file);
        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_beside()
    {
        var taken = Directory.CreateDirectory(folder.File("x.ipynb")).FullName;
        var sentence = Assert.Throws<KernelException>(() => Disk.Write(taken, "new")).Message;
        Assert.StartsWith($"{taken} cannot be written: ", sentence, StringComparison.Ordinal);
        Assert.Equal([taken], Directory.GetFileSystemEntries(folder.Path));
    }

    public void Dispose() => folder.Dispose();
}
