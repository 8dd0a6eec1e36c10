using F2Net.Kernels.Matrices;
using static F2Net.Kernels.Matrices.MatrixKernel;

namespace F2Net.Kernels.Attention;

/// <summary>What attention's two directions share: the scores' unit and the blocks' layout.</summary>
internal static unsafe class AttentionScores
{
    /// <summary>What a product of query and key is multiplied by, 1 / √d, in units of log 2: the softmax is then made of powers of two.</summary>
    internal static float Scale(int width) => (float)(1 / Math.Sqrt(width) / Math.Log(2));

    /// <summary>Rows rounded up to whole tiles.</summary>
    internal static int Whole(int rows) => (rows + Rows - 1) / Rows * Rows;

    /// <summary>Rows become the columns of a packed right operand (width x rows); the last panel's spare columns keep what they held.</summary>
    internal static void PackRows(float* from, long fromRow, int rows, int width, float* packed)
    {
        for (var left = 0; left < rows; left += Columns)
            Transposition.Run(from + left * fromRow, fromRow, Math.Min(Columns, rows - left), width, packed + left * width, Columns);
    }

    internal static void Copy(float* from, long fromRow, int rows, int width, float* to, long toRow)
    {
        for (var row = 0; row < rows; row++)
            Buffer.MemoryCopy(from + row * fromRow, to + row * toRow, width * sizeof(float), width * sizeof(float));
    }

    /// <summary>Two rows' product: of an answer and its gradient it is Σ P ∘ dP, what the softmax takes off its scores' gradients.</summary>
    internal static float Dot(float* a, float* b, int width)
    {
        var sum = 0f;
        for (var c = 0; c < width; c++)
            sum += a[c] * b[c];
        return sum;
    }
}
