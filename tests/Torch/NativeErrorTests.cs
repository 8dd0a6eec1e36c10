using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Torch;

public class NativeErrorTests
{
    // TorchSharp's own native part aborts the process on some of these; lib/Torch must not.
    internal static bool IsTorchSharpsPackage => typeof(torch).Assembly.GetType("TorchSharp.Native") is null;

    [Fact]
    public void A_failing_operator_throws_libtorchs_message_first_line_first()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3);
        var error = Assert.ThrowsAny<Exception>(() => x.view(7));
        Assert.Equal("shape '[7]' is invalid for input of size 6", error.Message.Split('\n')[0]);
    }

    [Fact]
    public void A_failing_matrix_product_throws_too()
    {
        if (IsTorchSharpsPackage)
            return;
        using var scope = NewDisposeScope();
        var (a, b) = (ones(2, 3), ones(4, 5));
        var error = Assert.Throws<ExternalException>(() => a.matmul(b));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", error.Message.Split('\n')[0]);
    }

    [Fact]
    public void A_failing_backward_throws_too()
    {
        if (IsTorchSharpsPackage)
            return;
        using var scope = NewDisposeScope();
        var x = ones(3, requires_grad: true);
        Assert.StartsWith(
            "grad can be implicitly created only for scalar outputs",
            Assert.Throws<ExternalException>(() => (x * x).backward()).Message
        );
    }

    [Fact]
    public void No_thread_at_all_is_an_error_too()
    {
        if (IsTorchSharpsPackage)
            return;
        var before = get_num_threads();
        Assert.StartsWith("Expected positive number of threads", Assert.Throws<ExternalException>(() => set_num_threads(0)).Message);
        Assert.Equal(before, get_num_threads());
    }

    [Fact]
    public void An_operator_that_several_threads_look_up_at_once_is_never_missing()
    {
        if (IsTorchSharpsPackage)
            return;
        var type = typeof(torch).Assembly.GetType("TorchSharp.Op")!;
        var handle = type.GetField("handle", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var find = type.GetMethod("Find", BindingFlags.Instance | BindingFlags.NonPublic)!;
        for (var i = 0; i < 300; i++)
        {
            var op = Activator.CreateInstance(type, "aten::add.Tensor")!;
            find.Invoke(op, null);
            var again = new Thread(() => find.Invoke(op, null));
            again.Start();
            while (again.IsAlive)
                Assert.NotEqual((nint)0, handle.GetValue(op));
        }
    }

    [Fact]
    public void Work_goes_on_after_an_error()
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < 100; i++)
            Assert.ThrowsAny<Exception>(() => ones(2, 3).view(7));
        Assert.Equal(6, ones(2, 3).sum().item<float>());
    }
}
