using System.Globalization;
using static F2Net.Studies.Reading.StudyNumbers;

namespace F2Net.Studies.Reading;

/// <summary>What a study's table says of the paper's, in sentences that follow from its figures alone.</summary>
public static class StudyReading
{
    /// <summary>
    /// First how many rows lie on the paper's side of the full network, then each row with sign and size of the paper's difference and ours, then
    /// whether the rows stand in the paper's order, and which rows a preset does not tell apart.
    /// </summary>
    public static IReadOnlyList<string> Of(StudyTable table)
    {
        var compared = table.Rows.Where(r => r != table.Reference).ToList();
        if (compared.All(r => r.Difference is null))
            return [.. Missing(table), .. Failed(table)];
        return
        [
            .. Count(compared),
            .. compared.Where(r => r.Agreement == Agreement.Yes).Select(r => $"As in the paper: {Row(r)}"),
            .. compared.Where(r => r.Agreement == Agreement.No).Select(r => $"Unlike the paper: {Row(r)}"),
            .. compared.Where(r => r.Agreement == Agreement.Open).Select(r => $"Open: {Row(r)}"),
            .. compared.Where(IsOnlyHere).Select(r => $"Only here: {Row(r)}"),
            .. Order(table),
            .. Same(table),
            .. Missing(table),
            .. Failed(table),
        ];
    }

    private static IEnumerable<string> Count(IReadOnlyList<StudyTableRow> rows)
    {
        var published = rows.Where(r => r.PaperDifference is not null).ToList();
        int With(Agreement? agreement) => published.Count(r => r.Agreement == agreement);
        if (published.Count > 0)
            yield return $"Of {Rows(published.Count)} that the paper holds against the full network, {With(Agreement.Yes)} {Lie(With(Agreement.Yes))} on the "
                + $"paper's side of it, {With(Agreement.No)} on the other, {With(Agreement.Open)} cannot be told from it, {With(null)} {(With(null) == 1 ? "has" : "have")} no comparison yet.";
        var own = rows.Where(IsOnlyHere).Select(r => r.Difference!).ToList();
        var (below, above) = (own.Count(d => d.Mean < -d.HalfInterval), own.Count(d => d.Mean > d.HalfInterval));
        if (own.Count > 0)
            yield return $"Of {Rows(own.Count)} without a difference in the paper, {below} {Lie(below)} below the full network, {above} above, {own.Count - below - above} cannot be told from it.";
    }

    private static bool IsOnlyHere(StudyTableRow row) => row is { PaperDifference: null, Difference: not null };

    private static string Lie(int count) => count == 1 ? "lies" : "lie";

    private static string Row(StudyTableRow row)
    {
        var ours = row.Difference!;
        var text = $"“{row.Row.Title}” {Side(ours.Mean)} the full network, {Interval(ours)}, {Seeds(ours.Count)}";
        return row.PaperDifference is { } paper ? $"{text}; in the paper {Size(paper)}{Within(ours, paper)}." : $"{text}.";
    }

    // "lies 1.30 points below".
    private static string Side(double difference) => $"lies {Size(difference)}";

    private static string Size(double difference) =>
        $"{Math.Abs(100 * difference).ToString("F2", CultureInfo.InvariantCulture)} points {(difference < 0 ? "below" : "above")}";

    private static string Interval(Summary ours) =>
        ours.HalfInterval is { } half
            ? $"95 % interval {Range(ours.Mean, half)}{(Math.Abs(ours.Mean) <= half ? ", which holds 0" : "")}"
            : "without an interval";

    private static string Within(Summary ours, double paper) =>
        ours.HalfInterval switch
        {
            null => "",
            { } half when Math.Abs(paper - ours.Mean) <= half => ", which our interval holds",
            _ => ", outside our interval",
        };

    private static IEnumerable<string> Order(StudyTable table)
    {
        var rows = table.Rows.Where(r => r.Row.Paper?.MeanIoU is not null && r.Test is not null).ToList();
        var pairs = rows.SelectMany((a, i) => rows.Skip(i + 1).Select(b => (A: a, B: b)))
            .Where(p => p.A.Row.Paper!.MeanIoU != p.B.Row.Paper!.MeanIoU && SharesSeeds(p.A, p.B))
            .ToList();
        if (rows.Count < 3)
            yield break;
        var turned = pairs
            .Where(p => Math.Sign(p.A.Row.Paper!.MeanIoU!.Value - p.B.Row.Paper!.MeanIoU!.Value) != Math.Sign(Paired(p.A, p.B).Average()))
            .ToList();
        yield return turned.Count == 0
            ? $"Order: all {pairs.Count} pairs of rows stand as in the paper, by their means."
            : $"Order: {pairs.Count - turned.Count} of {pairs.Count} pairs of rows stand as in the paper, by their means; {Turned(turned)}.";
    }

    private static bool SharesSeeds(StudyTableRow a, StudyTableRow b) => Paired(a, b).Any();

    // Means over the seeds that both have: a row with fewer would be compared over others.
    private static IEnumerable<double> Paired(StudyTableRow a, StudyTableRow b) =>
        a.Results.Join(b.Results, x => x.Seed, y => y.Seed, (x, y) => x.TestMeanIoU - y.TestMeanIoU);

    // Each pair while they can be read at a glance, then the rows that most of them hold.
    private static string Turned(List<(StudyTableRow A, StudyTableRow B)> pairs) =>
        pairs.Count <= 6
            ? $"turned round are {string.Join("; ", pairs.Select(p => $"“{p.A.Row.Title}” and “{p.B.Row.Title}”"))}"
            : $"{pairs.Count} are turned round, most of them with "
                + string.Join(
                    ", ",
                    pairs
                        .SelectMany(p => new[] { p.A.Row.Title, p.B.Row.Title })
                        .CountBy(title => title, StringComparer.Ordinal)
                        .OrderByDescending(row => row.Value)
                        .Take(3)
                        .Select(row => $"“{row.Key}” ({row.Value})")
                );

    private static IEnumerable<string> Same(StudyTable table) =>
        table
            .Rows.Where(r => r.Results.Count > 0)
            .GroupBy(r => r.Results[0].Variant, StringComparer.Ordinal)
            .Where(rows => rows.Count() > 1)
            .Select(rows => $"One and the same at this preset's size: {string.Join(" and ", rows.Select(r => $"“{r.Row.Title}”"))}.");

    private static IEnumerable<string> Missing(StudyTable table)
    {
        var missing = table.Rows.Where(r => r.Results.Count + r.Failures.Count == 0).Select(r => $"“{r.Row.Title}”").ToList();
        if (missing.Count > 0)
            yield return $"Not run yet: {string.Join(", ", missing)}.";
        var few = table
            .Rows.Where(r => r.Results.Count + r.Failures.Count is > 0 and < StudyTable.UsualSeeds)
            .Select(r => $"“{r.Row.Title}” ({Seeds(r.Results.Count)})")
            .ToList();
        if (few.Count > 0)
            yield return $"Fewer than {StudyTable.UsualSeeds} seeds yet: {string.Join(", ", few)}.";
    }

    private static IEnumerable<string> Failed(StudyTable table) =>
        table.Rows.SelectMany(r => r.Failures.Select(f => $"Failed: “{r.Row.Title}”, seed {f.Seed}: {f.Failure}"));

    private static string Rows(int count) => count == 1 ? "1 row" : $"{count} rows";

    private static string Seeds(int count) => count == 1 ? "1 seed" : $"{count} seeds";
}
