namespace F2Net.Data.Preparation;

/// <summary>An image's file and that of its labels, where one or the other may be missing.</summary>
internal sealed record Pair(string Name, string? Image, string? Labels, string Stratum = "", string? Split = null);

/// <summary>Holds downloads of one label file an image to completeness.</summary>
internal static class Pairs
{
    /// <summary>
    /// Pictures of the pairs. A folder of images without a single label belongs to a challenge's hidden part: it is left aside, with a remark.
    /// </summary>
    /// <exception cref="UserException">An image misses its labels or labels their image, or two pairs have one name.</exception>
    public static (IReadOnlyList<SourcePicture> Pictures, IReadOnlyList<string> Remarks) Complete(
        Download download,
        IReadOnlyList<Pair> pairs
    )
    {
        var remarks = new List<string>();
        var complete = new List<Pair>();
        foreach (var folder in pairs.GroupBy(p => Path.GetDirectoryName(p.Image ?? p.Labels)!, StringComparer.Ordinal))
            if (folder.All(p => p.Labels is null) && pairs.Any(p => p.Labels is not null))
                remarks.Add($"{Path.Combine(download.Relative(folder.Key))} has {folder.Count()} images without any labels: left out.");
            else
                complete.AddRange(folder);

        var imagesAlone = complete.Where(p => p.Labels is null).Select(p => download.Relative(p.Image!)).ToList();
        var labelsAlone = complete.Where(p => p.Image is null).Select(p => download.Relative(p.Labels!)).ToList();
        if (imagesAlone.Count + labelsAlone.Count > 0)
            throw new UserException(
                $"{download.Folder}: {string.Join(" and ", Alone(imagesAlone, "image", "labels").Concat(Alone(labelsAlone, "label file", "image")))}; "
                    + "complete the download, or move what is alone elsewhere."
            );
        if (complete.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UserException(
                $"{string.Join(" and ", twice.Take(2).Select(p => p.Image))} have one name; keep one of them, or rename one with its labels."
            );
        return ([.. complete.Select(p => new SourcePicture(p.Name, [p.Image!], [p.Labels!], p.Stratum, p.Split))], remarks);
    }

    private static IEnumerable<string> Alone(List<string> files, string what, string missing)
    {
        const int MostNamed = 3;
        if (files.Count > 0)
            yield return $"{files.Count} {what}{(files.Count == 1 ? " has" : "s have")} no {missing} ({string.Join(", ", files.Take(MostNamed))}"
                + $"{(files.Count > MostNamed ? $" and {files.Count - MostNamed} more" : "")})";
    }
}
