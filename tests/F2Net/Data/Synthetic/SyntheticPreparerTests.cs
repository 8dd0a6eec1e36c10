using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Preparation;
using F2Net.Data.Synthetic;

namespace F2Net.Tests.Data.Synthetic;

public sealed class SyntheticPreparerTests : IDisposable
{
    private static readonly SceneOptions small = new() { Size = 512 };
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_writes_the_same_bytes_into_any_folder()
    {
        Prepare("a", small, new(2, 1, 1));
        Prepare("b", small, new(2, 1, 1));
        var files = FilesOf("a");
        Assert.Equal(2 * 4 + 3, files.Count);
        Assert.Equal(files, FilesOf("b"));
        foreach (var file in files.Where(f => f != PreparationReport.FileName)) // which says when
            Assert.Equal(File.ReadAllBytes(folder.File($"a/{file}")), File.ReadAllBytes(folder.File($"b/{file}")));
    }

    [Fact]
    public void More_scenes_leave_those_that_are_there()
    {
        Prepare("a", small, new(1, 1, 1));
        var before = File.GetLastWriteTimeUtc(folder.File("a/img_dir/test/test_000.png"));
        var made = Prepare("a", small, new(2, 1, 1));
        Assert.Equal(["train_001"], made);
        Assert.Equal(before, File.GetLastWriteTimeUtc(folder.File("a/img_dir/test/test_000.png")));
        Assert.Equal(2, PreparedDataSet.Open(folder.File("a")).Split("train").Samples.Count);
    }

    [Fact]
    public void Another_seed_draws_all_scenes_anew()
    {
        Prepare("a", small, new(1, 1, 1));
        Assert.Equal(["train_000", "val_000", "test_000"], Prepare("a", small with { Seed = 2 }, new(1, 1, 1)));
    }

    [Fact]
    public void Refuses_a_folder_with_something_else_and_a_split_without_scenes()
    {
        File.WriteAllText(folder.File("full/notes.txt"), "");
        Assert.Equal(
            $"{folder.File("full")} holds something that this command did not prepare; give --out a new or empty folder.",
            Assert.Throws<UserException>(() => Prepare("full", small, new(1, 1, 1))).Message
        );
        Assert.Equal(
            "The val split gets 1 to 1000000 scenes, not 0; give --val another number.",
            Assert.Throws<UserException>(() => Prepare("b", small, new(1, 0, 1))).Message
        );
    }

    [Fact]
    public void No_two_of_thirteen_classes_look_alike_to_colour_blind_eyes()
    {
        var palette = new SceneGenerator(small.WithClasses(13)).Info.Palette;
        foreach (var eyes in (double[][])[normal, protanope, deuteranope])
        foreach (var (i, a) in palette.Index())
        foreach (var b in palette.Skip(i + 1))
            Assert.True(Distance(Seen(a, eyes), Seen(b, eyes)) > 6, $"{a} and {b}: {Distance(Seen(a, eyes), Seen(b, eyes)):F1}");
    }

    private List<string> Prepare(string name, SceneOptions options, SplitShares scenes)
    {
        var made = new List<string>();
        new DataSetPreparation(new SyntheticPreparer(options, scenes), folder.File(name)).Run(made.Add, CancellationToken.None);
        return made;
    }

    private List<string> FilesOf(string name) =>
        [
            .. Directory
                .GetFiles(folder.File(name), "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder.File(name), f))
                .Order(StringComparer.Ordinal),
        ];

    // Linear red, green and blue as dichromats see them (Viénot, Brettel and Mollon 1999), row by row.
    private static readonly double[] normal = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        protanope = [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
        deuteranope = [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1];

    /// <summary>CIELAB of a colour through eyes.</summary>
    private static double[] Seen(Rgb colour, double[] eyes)
    {
        double[] linear = [.. new[] { colour.R, colour.G, colour.B }.Select(v => Math.Pow(v / 255.0, 2.2))];
        double Row(double[] m, double[] v, int row) => Math.Max(0, m[3 * row] * v[0] + m[3 * row + 1] * v[1] + m[3 * row + 2] * v[2]);
        double[] seen = [Row(eyes, linear, 0), Row(eyes, linear, 1), Row(eyes, linear, 2)];
        double[] toXyz = [0.4339, 0.3762, 0.1899, 0.2126, 0.7152, 0.0722, 0.0177, 0.1095, 0.8728]; // sRGB, over D65's white
        double F(double t) => t > 0.008856 ? Math.Cbrt(t) : 7.787 * t + 16.0 / 116;
        var (x, y, z) = (F(Row(toXyz, seen, 0)), F(Row(toXyz, seen, 1)), F(Row(toXyz, seen, 2)));
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());
}
