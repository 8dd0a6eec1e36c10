using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class TensorElementTests
{
    [Fact]
    public void An_element_outside_the_tensor_is_refused()
    {
        using var scope = NewDisposeScope();
        var data = arange(6, dtype: ScalarType.Float32).view(2, 3).data<float>();
        foreach (var place in new long[][] { [6], [1000], [-1], [0, 3], [2, 0], [1, -1], [0, 0, 0], [] })
        {
            Assert.ThrowsAny<Exception>(() => data[place]);
            Assert.ThrowsAny<Exception>(() => data[place] = 1);
        }
        Assert.Equal([0, 1, 2, 3, 4, 5], data.ToArray());
    }

    [Fact]
    public void An_element_that_is_set_is_set_in_the_tensor()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        var data = x.data<float>();
        data[1, 2] = 5;
        data[1] = 4;
        Assert.Equal((5, 4), (x[1, 2].item<float>(), x[0, 1].item<float>()));
    }

    [Fact]
    public void An_element_of_a_strided_tensor_is_set_or_refused_but_not_lost()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        var data = x.transpose(0, 1).data<float>();
        var refused = Record.Exception(() => data[1] = 5);
        Assert.True(refused is InvalidOperationException || x[1, 0].item<float>() == 5);
    }

    [Fact]
    public void Copying_from_before_the_first_element_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => ones(3).data<float>().CopyTo(new float[9], tensorIndex: -1));
    }

    [Fact]
    public void Positions_numbers_slices_and_new_axes_go_together_in_an_index()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        var places = tensor(new long[] { 1, 0, 1 });
        var positions = TensorIndex.Tensor(places);
        Assert.Equal([14, 2, 14], x[positions, 0, 2].data<long>().ToArray());
        Assert.Equal([18, 6, 18], x[positions, TensorIndex.Slice(1), 2].select(1, 0).data<long>().ToArray());
        Assert.Equal([17, 16, 17], x[1, 1, positions].data<long>().ToArray());
        Assert.True(x[TensorIndex.Ellipsis, positions].equal(x.index_select(2, places)).all().item<bool>());
        Assert.Equal([2, 1, 3, 3], x[TensorIndex.Colon, TensorIndex.None, TensorIndex.Colon, positions].shape);
        x[positions, 0, 2] = zeros(3, dtype: ScalarType.Int64);
        Assert.Equal([0, 0], x[TensorIndex.Colon, 0, 2].data<long>().ToArray());
    }
}
