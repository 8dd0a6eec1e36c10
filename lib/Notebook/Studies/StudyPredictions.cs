using System.Globalization;
using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Evaluation.Objects;
using F2Net.Notebook.Views;
using F2Net.Studies;
using F2Net.Studies.Results;
using F2Net.Studies.Tables;

namespace F2Net.Notebook.Studies;

/// <summary>Kept predictions of the main study's rows beside each other, see <see cref="StudyMasks"/>; nothing where none were kept.</summary>
/// <param name="page">Of the main study.</param>
public sealed class StudyPredictions(StudyPage page)
{
    private const int LeastObject = 2000,
        WindowSide = 400;

    private readonly IReadOnlyList<(StudyRow Row, StudyResult Result)> rows =
    [
        .. page.Shelf()
            .Table(page.Study)
            .Rows.SelectMany(row => row.Results.Where(r => StudyMasks.Kept(page.Store, r)).Take(1).Select(result => (row.Row, result))),
    ];

    /// <summary>A test picture whole: image, truth, and what each row makes of it.</summary>
    /// <param name="picture">The sample's name.</param>
    public IReadOnlyList<ImageGrid> Whole(string picture) =>
        [.. Samples.Where(s => s.Name == picture).Select(s => Grid(s, new PixelWindow(0, 0, s.Width, s.Height), $"{picture}, whole"))];

    /// <summary>
    /// Objects that the full network tears where patches end and the same weights not on the whole image, the most torn first, one a picture at the most;
    /// the patches' borders are black.
    /// </summary>
    public IReadOnlyList<ImageGrid> Torn(int count) =>
        Found(
            count,
            (truth, patches, whole) =>
                TornObjects.Torn(truth, patches, whole, Baselines.PatchSide, page.Data.Info.IgnoreIndex, LeastObject, WindowSide),
            share => $"torn by patches alone, along {share} of a border"
        );

    /// <summary>Objects of which the full network has more right in patches than with the same weights on the whole image, the largest share first, one a picture at the most.</summary>
    public IReadOnlyList<ImageGrid> Missed(int count) =>
        Found(
            count,
            (truth, patches, whole) => TornObjects.Missed(truth, patches, whole, page.Data.Info.IgnoreIndex, LeastObject, WindowSide),
            share => $"right in patches alone, net {share} of it"
        );

    private IReadOnlyList<Sample> Samples => rows.Count == 0 ? [] : page.Data.Split("test").Samples;

    private IReadOnlyList<ImageGrid> Found(int count, Func<Mask, Mask, Mask, IReadOnlyList<ObjectFinding>> find, Func<string, string> says)
    {
        var found =
            from sample in Samples
            from result in rows.Where(r => r.Row.Name == MainStudy.InPatchesAlone.Name).Select(r => r.Result)
            let whole = StudyMasks.ReadCompared(page.Store, result, sample.Name)
            let all = find(sample.Mask, StudyMasks.Read(page.Store, result, sample.Name), whole)
            where all.Count > 0
            let best = all[0]
            orderby best.Score descending, best.Extent descending
            select (Sample: sample, Best: best, Whole: whole);
        return
        [
            .. found
                .Take(count)
                .Select(f =>
                    Grid(
                        f.Sample,
                        f.Best.Window,
                        $"{f.Sample.Name}, {What(f.Best)}: {says(Percent(f.Best.Score))}",
                        ("the same, whole", f.Whole)
                    )
                ),
        ];
    }

    private string What(ObjectFinding found) =>
        string.Create(CultureInfo.InvariantCulture, $"{page.Data.Info.Classes[found.Class].Name} of {found.Pixels:#,0} pixels");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");

    // With masks of other ways behind the rows'.
    private ImageGrid Grid(Sample sample, PixelWindow window, string title, params IReadOnlyList<(string Name, Mask Mask)> others) =>
        Images.Grid(
            title,
            [
                ("image", sample.Cut(window)),
                ("truth", sample.CutMask(window).Coloured(page.Data.Info.Palette)),
                .. rows.Select(r =>
                    (r.Row.Name, Prediction(StudyMasks.Read(page.Store, r.Result, sample.Name), window, r.Row.Inference is Patches))
                ),
                .. others.Select(o => (o.Name, Prediction(o.Mask, window, inPatches: false))),
            ],
            columns: 4
        );

    private Picture Prediction(Mask mask, PixelWindow window, bool inPatches)
    {
        var picture = mask.Cut(window).Coloured(page.Data.Info.Palette);
        if (!inPatches)
            return picture;
        for (var y = 0; y < picture.Height; y++)
        for (var x = 0; x < picture.Width; x++)
            if (IsBorder(window.X + x) || IsBorder(window.Y + y))
                for (var c = 0; c < Picture.Channels; c++)
                    picture.Plane(c)[y * picture.Width + x] = 0;
        return picture;
    }

    private static bool IsBorder(int at) => at > 0 && at % Baselines.PatchSide == 0;
}
