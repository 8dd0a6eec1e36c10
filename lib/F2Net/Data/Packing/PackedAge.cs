namespace F2Net.Data.Packing;

/// <summary>Whether a packed file still says what the folder around it does; where there is no folder any more, there is nothing to compare.</summary>
internal static class PackedAge
{
    /// <returns>What came, went or changed since, as the end of "was packed before …"; null where nothing did.</returns>
    public static string? Difference(string path, string info, PackedContent[] contents)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var infoFile = Path.Combine(directory, DataSetInfo.FileName);
        if (File.Exists(infoFile) && File.ReadAllText(infoFile) != info)
            return $"{infoFile} changed";
        return Directory.Exists(Path.Combine(directory, PreparedFolder.Images)) ? Difference(directory, contents) : null;
    }

    private static string? Difference(string directory, PackedContent[] contents)
    {
        // An edited picture has another length; reading all of them would take as long as packing.
        var packed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var c in contents)
        {
            packed[Path.Combine(directory, PreparedFolder.Images, c.Split, c.ImageFile)] = c.ImageFileBytes;
            packed[Path.Combine(directory, PreparedFolder.Masks, c.Split, c.Name + ".png")] = c.MaskFileBytes;
        }
        var folder = new PreparedFolder(directory, cacheBytes: 0);
        foreach (var file in folder.Splits.SelectMany(folder.Files).SelectMany(f => new[] { f.ImagePath, f.MaskPath }))
            if (!packed.Remove(file, out var length))
                return $"{file} came";
            else if (new FileInfo(file).Length != length)
                return $"{file} changed";
        return packed.Count > 0 ? $"{packed.Keys.Order(StringComparer.Ordinal).First()} went" : null;
    }
}
