using System.Globalization;
using F2Net.Data.Preparation;
using F2Net.Data.Rasters;

namespace F2Net.Data.Synthetic;

/// <summary>Scenes in place of a download: so many for each split, each drawn when its turn comes.</summary>
/// <remarks>A split's scenes stay what they are when another split gets more or fewer.</remarks>
public sealed class SyntheticPreparer : IPreparer
{
    private const int MostScenes = 1_000_000;
    private readonly SceneOptions options;
    private readonly SceneGenerator generator;
    private (string Name, Scene Scene)? last;

    /// <param name="scenes">In each split, 1 to a million.</param>
    /// <exception cref="UserException">A value lies outside its bounds.</exception>
    public SyntheticPreparer(SceneOptions options, SplitShares scenes)
    {
        (this.options, Shares, generator) = (options, scenes, new SceneGenerator(options));
        foreach (var (split, count) in Counts())
            if (count is < 1 or > MostScenes)
                throw new UserException($"The {split} split gets 1 to {MostScenes} scenes, not {count}; give --{split} another number.");
    }

    public DataSetInfo Info => generator.Info;

    public SplitShares Shares { get; }

    public (int Pictures, int? Side)? Published => null;

    public string SplitOrigin => $"drawn with seed {options.Seed}";

    public string Fingerprint => JsonFile.Line(Info) + JsonFile.Line(options);

    public (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Find() =>
        (
            [
                .. Counts()
                    .SelectMany(s =>
                        Enumerable.Range(0, s.Count).Select(i => new SourcePicture($"{s.Split}_{i:D3}", [], [], Split: s.Split))
                    ),
            ],
            []
        );

    public string NameOf(string entry) => Path.GetFileNameWithoutExtension(entry);

    public Labels ReadLabels(SourcePicture picture, CancellationToken cancellation) => new(SceneOf(picture).Mask);

    public WrittenImage WriteImage(SourcePicture picture, string stem, CancellationToken cancellation)
    {
        var path = stem + ".png";
        RasterWriter.WritePng(path, SceneOf(picture).Picture, cancellation: cancellation);
        return new WrittenImage(path);
    }

    /// <summary>The scene that a split's picture is, see <see cref="SceneGenerator.Draw"/>.</summary>
    /// <param name="split">train, val or test.</param>
    /// <param name="index">Of the picture in its split, from 0: test_003 has 3.</param>
    public static int NumberOf(string split, int index) => SplitShares.Names.ToList().IndexOf(split) * MostScenes + index;

    /// <summary>Labels and image are asked for one after the other.</summary>
    private Scene SceneOf(SourcePicture picture)
    {
        if (last?.Name != picture.Name)
        {
            var index = int.Parse(picture.Name[(picture.Name.LastIndexOf('_') + 1)..], CultureInfo.InvariantCulture);
            last = (picture.Name, generator.Draw(NumberOf(picture.Split!, index)));
        }
        return last.Value.Scene;
    }

    private IEnumerable<(string Split, int Count)> Counts() => SplitShares.Names.Zip([Shares.Train, Shares.Val, Shares.Test]);
}
