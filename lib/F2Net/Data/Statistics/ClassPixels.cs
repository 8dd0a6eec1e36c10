using F2Net.Data.Pictures;

namespace F2Net.Data.Statistics;

/// <summary>Counts a mask's pixels and finds those that are of no class.</summary>
internal static class ClassPixels
{
    /// <summary>Pixels of each class; the ignored ones are left out.</summary>
    /// <exception cref="UserException">An id is neither a class nor the ignore index.</exception>
    public static long[] Count(IPixelPlanes mask, string path, DataSetInfo info)
    {
        var counts = new long[256];
        foreach (var id in mask.Plane(0))
            counts[id]++;
        GC.KeepAlive(mask);
        var classes = info.Classes.Count;
        for (var id = classes; id < counts.Length; id++)
            if (counts[id] > 0 && id != info.IgnoreIndex)
                throw new UserException(
                    $"{path} has {counts[id]} {(counts[id] == 1 ? "pixel" : "pixels")} of class id {id}, but {DataSetInfo.FileName} names only 0 to {classes - 1} "
                        + $"({info.IgnoreIndex} is ignored); correct the mask or add the class."
                );
        return counts[..classes];
    }
}
