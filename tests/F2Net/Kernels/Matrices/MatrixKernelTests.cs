using F2Net.Kernels;
using F2Net.Kernels.Matrices;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels.Matrices;

public sealed unsafe class MatrixKernelTests
{
    public MatrixKernelTests() => manual_seed(1);

    [Theory]
    [InlineData(6, 16, 1)]
    [InlineData(1, 1, 5)]
    [InlineData(7, 17, 9)]
    [InlineData(13, 50, 400)]
    [InlineData(24, 32, 800)]
    [InlineData(39, 40, 70)]
    public void It_equals_the_product_of_tensors_at_any_size(int m, int n, int k)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(m, k), randn(k, n));
        using var packed = new PackedColumns(b);
        var c = zeros(m, n);

        MatrixKernel.MultiplyPacked(Simd.Start(a), k, 1, packed.Start, m, n, k, Simd.Start(c), n, add: false);

        Assert.True(c.allclose(a.matmul(b), rtol: 1e-4, atol: 1e-4));
    }

    [Fact]
    public void A_transposed_left_operand_is_read_where_it_lies()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(30, 11), randn(30, 16));
        var c = zeros(11, 16);

        MatrixKernel.Multiply(Simd.Start(a), 1, 11, Simd.Start(b), 16, 16, 11, 16, 30, Simd.Start(c), 16, add: false);

        Assert.True(c.allclose(a.transpose(0, 1).matmul(b), rtol: 1e-4, atol: 1e-4));
    }

    [Theory]
    [InlineData(12, 32)]
    [InlineData(9, 21)]
    public void It_adds_to_what_is_there_and_leaves_the_rest_alone(int m, int n)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(m, 8), randn(8, n));
        using var packed = new PackedColumns(b);
        var c = ones(m + 1, n + 3);

        MatrixKernel.MultiplyPacked(Simd.Start(a), 8, 1, packed.Start, m, n, 8, Simd.Start(c), n + 3, add: true);

        Assert.True(c.narrow(0, 0, m).narrow(1, 0, n).allclose(a.matmul(b) + 1, rtol: 1e-4, atol: 1e-4));
        Assert.True(c.narrow(0, m, 1).eq(1).all().item<bool>());
        Assert.True(c.narrow(1, n, 3).eq(1).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(17)]
    public void Whole_tiles_hold_all_rows_and_are_made_of_whole_tiles(int rows)
    {
        var whole = MatrixKernel.WholeTiles(rows);

        Assert.InRange(whole, rows, rows + 7);
        Assert.Equal(whole, MatrixKernel.WholeTiles(whole));
    }

    private sealed class PackedColumns : IDisposable
    {
        private readonly Scratch memory;

        internal PackedColumns(Tensor b)
        {
            var size = MatrixKernel.PackedSize(b.shape[0], b.shape[1]);
            memory = new Scratch(Scratch.Size(size));
            Start = memory.Take(size);
            MatrixKernel.PackColumns(Simd.Start(b), b.shape[1], 1, (int)b.shape[0], (int)b.shape[1], Start);
        }

        internal float* Start { get; }

        public void Dispose() => memory.Dispose();
    }
}
