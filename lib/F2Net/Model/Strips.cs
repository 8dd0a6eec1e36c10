using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Model;

/// <summary>Makes full-resolution maps strip by strip, so that beside the maps only one strip's intermediates exist. For use without gradients.</summary>
internal static class Strips
{
    private const long Rows = 256;

    /// <param name="maps">(B, C, H, W) each, all of one height; every row of them is written.</param>
    /// <param name="make">From a strip's first row and its number of rows to that strip of each map.</param>
    public static void Fill(Tensor[] maps, Func<long, long, Tensor[]> make)
    {
        var height = maps[0].shape[2];
        for (var top = 0L; top < height; top += Rows)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(Rows, height - top);
            var strips = make(top, rows);
            for (var i = 0; i < maps.Length; i++)
                maps[i].narrow(2, top, rows).copy_(strips[i]);
        }
    }
}
