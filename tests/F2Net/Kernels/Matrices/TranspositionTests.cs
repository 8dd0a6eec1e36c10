using F2Net.Kernels;
using F2Net.Kernels.Matrices;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Matrices;

public unsafe class TranspositionTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(1, 1)]
    [InlineData(16, 64)]
    [InlineData(13, 37)]
    [InlineData(7, 100)]
    public void Rows_become_columns_and_the_rest_stays(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var from = randn(rows, columns + 2);
        var to = zeros(columns, rows + 3);

        Transposition.Run(Simd.Start(from), columns + 2, rows, columns, Simd.Start(to), rows + 3);

        Assert.True(to.narrow(1, 0, rows).eq(from.narrow(1, 0, columns).transpose(0, 1)).all().item<bool>());
        Assert.True(to.narrow(1, rows, 3).eq(0).all().item<bool>());
    }
}
