using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Objects;

/// <summary>A ground truth's objects: pixels of one class that hang together by their sides.</summary>
internal sealed class TrueObjects
{
    private readonly int[] labels;
    private readonly List<(int Class, long Pixels)> objects = [];

    /// <param name="truth">Pixels of <paramref name="ignoreIndex"/> belong to no object.</param>
    internal TrueObjects(Mask truth, int ignoreIndex)
    {
        labels = new int[truth.Ids.Length];
        Array.Fill(labels, None);
        var open = new Stack<int>();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == None && truth.Ids[i] != ignoreIndex)
                objects.Add((truth.Ids[i], Fill(truth, i, objects.Count, open)));
    }

    internal const int None = -1;

    /// <summary>The object that each pixel belongs to, an index into all objects, or <see cref="None"/>.</summary>
    internal ReadOnlySpan<int> Labels => labels;

    internal int Count => objects.Count;

    internal (int Class, long Pixels) this[int index] => objects[index];

    private long Fill(Mask truth, int start, int label, Stack<int> open)
    {
        var (width, ids, pixels) = (truth.Width, truth.Ids, 0L);
        Take(start);
        while (open.TryPop(out var here))
        {
            pixels++;
            var x = here % width;
            if (x > 0)
                Take(here - 1);
            if (x < width - 1)
                Take(here + 1);
            if (here >= width)
                Take(here - width);
            if (here < ids.Length - width)
                Take(here + width);
        }
        return pixels;

        void Take(int there)
        {
            if (labels[there] != None || ids[there] != ids[start])
                return;
            labels[there] = label;
            open.Push(there);
        }
    }
}
