using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Objects;

/// <summary>
/// Finds what makes the argument about patches visible, or refutes it: objects that patches tear apart at their borders, and objects that a whole-image
/// network gets wrong and patches get right.
/// </summary>
public static class TornObjects
{
    /// <summary>
    /// Objects that cross a border between two patches and there change their predicted class with the border, while in the whole-image
    /// prediction they do not. Score: the share of the object's pairs of pixels on both sides of the border that differ in the patches'
    /// prediction alone.
    /// </summary>
    /// <param name="patches">Of a <see cref="PatchPredictor"/>.</param>
    /// <param name="side">Of its patches.</param>
    /// <param name="smallest">Pixels of the smallest object that counts; at the border it must be as wide as a square of so many.</param>
    /// <param name="windowSide">Of the windows.</param>
    /// <returns>Each object once, at the border between two patches where it is torn most; the most torn first, of equals the widest.</returns>
    /// <exception cref="ArgumentException">The masks are not of one size.</exception>
    public static IReadOnlyList<ObjectFinding> Torn(
        Mask truth,
        Mask patches,
        Mask whole,
        int side,
        int ignoreIndex,
        int smallest,
        int windowSide
    )
    {
        Check(truth, patches, whole);
        var objects = new TrueObjects(truth, ignoreIndex);
        var seams = new Dictionary<Seam, SeamTally>();
        for (var x = side; x < truth.Width; x += side)
        for (var y = 0; y < truth.Height; y++)
            Look(y * truth.Width + x, step: 1, along: y, new(0, x, 0, y / side));
        for (var y = side; y < truth.Height; y += side)
        for (var x = 0; x < truth.Width; x++)
            Look(y * truth.Width + x, step: truth.Width, along: x, new(0, 0, y, x / side));

        return
        [
            .. BestFirst(
                seams
                    .Where(s => s.Value.Torn.Count > 0 && objects[s.Key.Object].Pixels >= smallest)
                    .Where(s => (long)s.Value.Pairs * s.Value.Pairs >= smallest)
                    .Select(s => (s.Key.Object, Finding: Finding(s.Key, s.Value)))
                    .GroupBy(s => s.Object, s => s.Finding)
                    .Select(found => BestFirst(found).First())
            ),
        ];

        void Look(int after, int step, int along, Seam at)
        {
            var before = after - step;
            var label = objects.Labels[after];
            if (label == TrueObjects.None || objects.Labels[before] != label)
                return;
            var key = at with { Object = label };
            if (!seams.TryGetValue(key, out var tally))
                seams[key] = tally = new();
            tally.Pairs++;
            if (patches.Ids[before] != patches.Ids[after] && whole.Ids[before] == whole.Ids[after])
                tally.Torn.Add(along);
        }

        ObjectFinding Finding(Seam seam, SeamTally tally)
        {
            var middle = tally.Torn[tally.Torn.Count / 2];
            var (x, y) = seam.Y == 0 ? (seam.X, middle) : (middle, seam.Y);
            var (kind, pixels) = objects[seam.Object];
            return new(kind, pixels, Around(x, y, windowSide, truth), tally.Pairs, (double)tally.Torn.Count / tally.Pairs);
        }
    }

    /// <summary>
    /// The reverse: objects of which the patches' prediction has more right than the whole-image one. Score: that difference as a share of
    /// the object.
    /// </summary>
    /// <param name="smallest">Pixels of the smallest object that counts.</param>
    /// <param name="windowSide">Of the windows, which lie around the middle of what only the patches have right.</param>
    /// <returns>The largest share first, of equals the largest object.</returns>
    /// <exception cref="ArgumentException">The masks are not of one size.</exception>
    public static IReadOnlyList<ObjectFinding> Missed(Mask truth, Mask patches, Mask whole, int ignoreIndex, int smallest, int windowSide)
    {
        Check(truth, patches, whole);
        var objects = new TrueObjects(truth, ignoreIndex);
        var gained = new long[objects.Count];
        var (found, x, y) = (new long[objects.Count], new long[objects.Count], new long[objects.Count]);
        for (var i = 0; i < truth.Ids.Length; i++)
        {
            var label = objects.Labels[i];
            if (label == TrueObjects.None || patches.Ids[i] == whole.Ids[i])
                continue;
            if (whole.Ids[i] == truth.Ids[i])
                gained[label]--;
            if (patches.Ids[i] != truth.Ids[i])
                continue;
            gained[label]++;
            found[label]++;
            x[label] += i % truth.Width;
            y[label] += i / truth.Width;
        }
        return
        [
            .. BestFirst(
                Enumerable
                    .Range(0, objects.Count)
                    .Where(o => gained[o] > 0 && objects[o].Pixels >= smallest)
                    .Select(o => new ObjectFinding(
                        objects[o].Class,
                        objects[o].Pixels,
                        Around((int)(x[o] / found[o]), (int)(y[o] / found[o]), windowSide, truth),
                        objects[o].Pixels,
                        (double)gained[o] / objects[o].Pixels
                    ))
            ),
        ];
    }

    private static IOrderedEnumerable<ObjectFinding> BestFirst(IEnumerable<ObjectFinding> found) =>
        found.OrderByDescending(f => f.Score).ThenByDescending(f => f.Extent);

    private static PixelWindow Around(int x, int y, int side, Mask mask)
    {
        var (width, height) = (Math.Min(side, mask.Width), Math.Min(side, mask.Height));
        return new(Math.Clamp(x - width / 2, 0, mask.Width - width), Math.Clamp(y - height / 2, 0, mask.Height - height), width, height);
    }

    private static void Check(Mask truth, Mask patches, Mask whole)
    {
        foreach (var mask in new[] { patches, whole })
            if ((mask.Width, mask.Height) != (truth.Width, truth.Height))
                throw new ArgumentException(
                    $"A prediction of {mask.Width} x {mask.Height} pixels does not belong to a ground truth of {truth.Width} x {truth.Height}."
                );
    }

    /// <summary>Where an object crosses from one patch to the next: the border's column X and the row of patches, or its row Y and the column of patches.</summary>
    private readonly record struct Seam(int Object, int X, int Y, int Patch);

    private sealed class SeamTally
    {
        internal int Pairs { get; set; }

        /// <summary>Where along the border the patches alone differ, rising.</summary>
        internal List<int> Torn { get; } = [];
    }
}
