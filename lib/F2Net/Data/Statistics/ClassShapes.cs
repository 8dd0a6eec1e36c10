using F2Net.Data.Pictures;

namespace F2Net.Data.Statistics;

/// <summary>How much of a mask each class covers, how long its boundaries are and of how many objects it is made.</summary>
/// <param name="Pixels">By class id.</param>
/// <param name="Boundary">
/// By class id: edges between a pixel of the class and one of another class, side by side or above one another. Edges to ignored pixels and at
/// the picture's border are none.
/// </param>
/// <param name="Objects">By class id: parts whose pixels hang together by their edges (4-connected).</param>
internal sealed record ClassShapes(long[] Pixels, long[] Boundary, long[] Objects)
{
    public static ClassShapes Of(IPixelPlanes mask, int classes)
    {
        var shapes = new ClassShapes(new long[classes], new long[classes], new long[classes]);
        var ids = mask.Plane(0);
        var (above, here) = (new List<Run>(), new List<Run>());
        var parts = new DisjointSets();
        for (var y = 0; y < mask.Height; y++)
        {
            (above, here) = (here, above);
            here.Clear();
            shapes.AddRow(ids.Slice(y * mask.Width, mask.Width), here, parts);
            shapes.AddEdges(above, here, parts);
        }
        GC.KeepAlive(mask);
        return shapes;
    }

    /// <summary>Cuts a row into runs of one id, and counts the edges between neighbours in it.</summary>
    private void AddRow(ReadOnlySpan<byte> row, List<Run> runs, DisjointSets parts)
    {
        for (var x = 0; x < row.Length; )
        {
            var length = row[x..].IndexOfAnyExcept(row[x]) is >= 0 and var found ? found : row.Length - x;
            var id = row[x];
            runs.Add(new Run(id, x, x + length, IsClass(id) ? parts.Add() : -1));
            if (IsClass(id))
            {
                Pixels[id] += length;
                Objects[id]++;
                if (x > 0)
                    CountEdges(id, row[x - 1], 1);
            }
            x += length;
        }
    }

    /// <summary>Follows two rows side by side: runs of one class that touch are one object, those of two share a boundary.</summary>
    private void AddEdges(List<Run> above, List<Run> here, DisjointSets parts)
    {
        for (var (a, h) = (0, 0); a < above.Count && h < here.Count; )
        {
            var common = Math.Min(above[a].End, here[h].End) - Math.Max(above[a].Start, here[h].Start);
            if (above[a].Id != here[h].Id)
                CountEdges(above[a].Id, here[h].Id, common);
            else if (IsClass(here[h].Id) && parts.Join(above[a].Part, here[h].Part))
                Objects[here[h].Id]--;
            // Runs that end together are left together: what comes next in one row only touches the other's by a corner.
            var order = above[a].End.CompareTo(here[h].End);
            if (order <= 0)
                a++;
            if (order >= 0)
                h++;
        }
    }

    private void CountEdges(byte one, byte other, int length)
    {
        if (!IsClass(one) || !IsClass(other))
            return;
        Boundary[one] += length;
        Boundary[other] += length;
    }

    private bool IsClass(byte id) => id < Pixels.Length;

    /// <summary>Pixels Start to End - 1 of a row.</summary>
    private readonly record struct Run(byte Id, int Start, int End, int Part);

    /// <summary>Union-find with path halving (Tarjan and van Leeuwen 1984).</summary>
    private sealed class DisjointSets
    {
        private readonly List<int> parents = [];

        public int Add()
        {
            parents.Add(parents.Count);
            return parents.Count - 1;
        }

        /// <returns>Whether they were two sets until now.</returns>
        public bool Join(int a, int b)
        {
            (a, b) = (Root(a), Root(b));
            parents[Math.Max(a, b)] = Math.Min(a, b);
            return a != b;
        }

        private int Root(int member)
        {
            while (parents[member] != member)
                member = parents[member] = parents[parents[member]];
            return member;
        }
    }
}
