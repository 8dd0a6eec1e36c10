using F2Net.Kernels;
using static TorchSharp.torch;

namespace F2Net.Tests.Kernels;

public unsafe class SimdTests
{
    [Fact]
    public void A_tensor_of_2_GiB_has_a_start()
    {
        using var scope = NewDisposeScope();
        var bytes = empty([1L << 31], ScalarType.Byte); // untouched, it takes no memory
        Assert.Equal((nint)Simd.Start(bytes) + (1 << 30), (nint)Simd.Start(bytes.narrow(0, 1 << 30, 1)));
    }

    [Fact]
    public void A_tensor_that_is_not_in_one_piece_has_none()
    {
        using var scope = NewDisposeScope();
        var turned = zeros(2, 3).transpose(0, 1);
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            _ = Simd.Start(turned);
        });
        Assert.Equal("A kernel got a tensor on CPU with strides 1, 3; it wants a contiguous one on the CPU.", error.Message);
    }
}
