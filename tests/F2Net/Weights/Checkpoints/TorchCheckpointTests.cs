using F2Net.Weights.Checkpoints;
using F2Net.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Checkpoints;

public sealed class TorchCheckpointTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Reads_every_type_of_storage_in_every_protocol(int protocol, bool zip64)
    {
        var files = new TorchFiles(protocol);
        var want = Types.ToDictionary(type => type.ToString(), type => tensor(new[] { 0f, 1, 1, 0, 5, 7 }).to_type(type).reshape(2, 3));
        var file = Write(files.Zip(files.State(want), zip64));

        using var checkpoint = TorchCheckpoint.Open(file);
        foreach (var (name, tensor) in want)
            AssertSame(tensor, Read(checkpoint, name));
    }

    [Fact]
    public void Reads_the_form_before_PyTorch_1_6()
    {
        var files = new TorchFiles();
        var want = Types.ToDictionary(type => type.ToString(), type => tensor(new[] { 0f, 1, 1 }).to_type(type));
        using var checkpoint = TorchCheckpoint.Open(Write(files.Legacy(files.State(want))));
        foreach (var (name, tensor) in want)
            AssertSame(tensor, Read(checkpoint, name));
    }

    [Fact]
    public void Reads_what_libtorch_itself_wrote()
    {
        using var checkpoint = TorchCheckpoint.Open(Path.Combine(AppContext.BaseDirectory, "F2Net/Weights/Checkpoints/libtorch.pt"));
        var top = Assert.IsType<PickleDictionary>(checkpoint.Root);
        Assert.Equal((3L, 0.5), (top["epoch"], top["lr"]));
        Assert.Equal([1L, 2L, 3L], Assert.IsType<PickleList>(top["l"]).Items);

        var model = Assert.IsType<PickleDictionary>(top["model"]);
        var ramp = arange(0, 24, 1, dtype: ScalarType.Float32).reshape(4, 6);
        Tensor Of(string name) => checkpoint.Read(Assert.IsType<StoredTensor>(model[name]));
        AssertSame(ramp, Of("a"));
        AssertSame(ramp.transpose(0, 1), Of("t"));
        AssertSame(ramp[2], Of("row"));
        AssertSame(ramp.to(ScalarType.Float16), Of("half"));
        AssertSame(ramp.to(ScalarType.BFloat16), Of("bf"));
        AssertSame(ramp.to(ScalarType.Float64), Of("d"));
        AssertSame(ramp.to(ScalarType.Int16), Of("i16"));
        AssertSame(ramp.to(ScalarType.Int8), Of("i8"));
        AssertSame(ramp.to(ScalarType.Int32), Of("i32"));
        AssertSame(tensor(41L), Of("i64"));
        AssertSame(arange(0, 5, 1, dtype: ScalarType.Byte), Of("u8"));
        AssertSame(tensor(new[] { true, false, true }), Of("b"));
        Assert.Equal([0, 3], Of("empty").shape);
    }

    [Fact]
    public void Respects_strides_offsets_and_shared_storages()
    {
        var files = new TorchFiles();
        var ramp = arange(0, 12, 1, dtype: ScalarType.Float32);
        var storage = files.Store(ramp);
        var root = new Ordered(
            ("rows", TorchFiles.View(storage, 0, [3, 4], [4, 1])),
            ("columns", TorchFiles.View(storage, 0, [4, 3], [1, 4])),
            ("tail", TorchFiles.View(storage, 5, [7], [1])),
            ("corner", TorchFiles.View(storage, 11, [], [])),
            ("parameter", new Call(new("torch._utils", "_rebuild_parameter"), [TorchFiles.View(storage, 1, [2, 2], [4, 2]), true, null]))
        );
        using var checkpoint = TorchCheckpoint.Open(Write(files.Zip(root)));

        AssertSame(ramp.reshape(3, 4), Read(checkpoint, "rows"));
        AssertSame(ramp.reshape(3, 4).transpose(0, 1), Read(checkpoint, "columns"));
        AssertSame(ramp[5..], Read(checkpoint, "tail"));
        AssertSame(tensor(11f), Read(checkpoint, "corner"));
        AssertSame(tensor(new[] { 1f, 3, 5, 7 }).reshape(2, 2), Read(checkpoint, "parameter"));
    }

    [Fact]
    public void Reads_past_settings_that_stand_beside_the_weights()
    {
        var files = new TorchFiles(protocol: 4);
        var settings = new Call(new("argparse", "Namespace"), [], new List<(object?, object?)> { ("lr", 0.1), (3, -70000L) });
        var root = new List<(object?, object?)>
        {
            ("args", settings),
            ("size", new Call(new("torch", "Size"), [new object?[] { 2, 3 }])),
            ("config", new Call(new("yacs.config", "CfgNode"), [])),
            ("best", new Call(new("numpy.core.multiarray", "scalar"), [new Call(new("numpy", "dtype"), ["f8"]), 0.5])),
            ("none", null),
            ("raw", new Raw([(byte)'U', 8, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f])), // eight bytes of a number, as Python 2 wrote numpy's
            ("w", files.Tensor(ones(2))),
        };
        using var checkpoint = TorchCheckpoint.Open(Write(files.Zip(root)));
        AssertSame(ones(2), Read(checkpoint, "w"));
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torchvision.models.resnet", "ResNet")]
    [InlineData("torch.nn.modules.conv", "Conv2d")]
    [InlineData("argparse.Namespace", "__class__")]
    public void Refuses_what_would_run_code_by_name(string module, string name)
    {
        foreach (var protocol in (int[])[2, 4])
        {
            var file = Write(new TorchFiles(protocol).Zip(new Call(new(module, name), ["touch /tmp/x"])));
            Assert.Equal(
                $"{file} needs '{module}.{name}', which is code and is not run here; in PyTorch, save the weights alone: torch.save(model.state_dict(), 'weights.pth').",
                Fault(file)
            );
        }
    }

    [Fact]
    public void Refuses_a_type_of_storage_that_is_not_read()
    {
        var file = Write(new TorchFiles().Zip(new Persistent(["storage", new Global("torch", "QInt8Storage"), "0", "cpu", 1])));
        Assert.Equal(
            $"{file} holds a torch.QInt8Storage, which is none of DoubleStorage, FloatStorage, HalfStorage, BFloat16Storage, LongStorage, IntStorage, ShortStorage, CharStorage, ByteStorage, BoolStorage; convert its tensors to float32 in PyTorch.",
            Fault(file)
        );
    }

    [Theory]
    [InlineData(0, 13, 1)] // one past the end
    [InlineData(12, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(0, 2, -1)]
    [InlineData(0, -2, 1)]
    [InlineData(0, long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, 2, 1)]
    public void Refuses_a_view_that_leaves_its_storage(long offset, long length, long stride)
    {
        var files = new TorchFiles();
        var file = Write(files.Zip(TorchFiles.View(files.Store(ones(12)), offset, [length], [stride])));
        Assert.Equal(
            $"{file} is damaged: its pickle gives torch._utils._rebuild_tensor_v2 arguments that make no sense; copy or download it again.",
            Fault(file)
        );
    }

    [Fact]
    public void Refuses_a_tensor_with_more_elements_than_its_storage()
    {
        var files = new TorchFiles();
        var file = Write(files.Zip(new Ordered(("w", TorchFiles.View(files.Store(ones(2)), 0, [1L << 40, 2], [0, 1])))));
        using var checkpoint = TorchCheckpoint.Open(file);
        Assert.Equal(
            $"{file} has a tensor of shape [1099511627776, 2] that repeats 2 numbers; save it as contiguous().",
            Assert.Throws<UserException>(() => Read(checkpoint, "w")).Message
        );
    }

    [Fact]
    public void Refuses_a_storage_that_is_not_there_or_shorter_than_it_says()
    {
        var absent = new Persistent(["storage", new Global("torch", "FloatStorage"), "7", "cpu", 2]);
        Assert.Equal(
            "is truncated or damaged: its storage '7' is missing; copy or download it again.",
            FaultOfReading(new TorchFiles().Zip(new Ordered(("w", TorchFiles.View(absent, 0, [2], [1])))))
        );

        var files = new TorchFiles();
        files.Store(ones(3));
        var longer = new Persistent(["storage", new Global("torch", "FloatStorage"), "0", "cpu", 4]);
        Assert.Equal(
            "is truncated or damaged: its storage '0' has 12 bytes instead of 16; copy or download it again.",
            FaultOfReading(files.Zip(new Ordered(("w", TorchFiles.View(longer, 0, [4], [1])))))
        );

        var vast = new Persistent(["storage", new Global("torch", "FloatStorage"), "0", "cpu", 1L << 50]);
        Assert.Equal(
            "says that its storage '0' has 1125899906842624 numbers, more than the file or 2 GiB can hold; copy or download it again.",
            FaultOfReading(files.Zip(new Ordered(("w", TorchFiles.View(vast, 0, [4], [1])))))
        );
    }

    [Fact]
    public void Refuses_a_TorchScript_program()
    {
        var file = Write(new TorchFiles().Zip(null, more: ("archive/code/__torch__.py", "pass"u8.ToArray())));
        Assert.Equal(
            $"{file} is a TorchScript program, which is code and is not run here; in PyTorch, save the weights alone: torch.save(torch.jit.load('w.pth').state_dict(), 'weights.pth').",
            Fault(file)
        );
    }

    [Fact]
    public void Refuses_other_zips()
    {
        Assert.EndsWith(
            " is a zip without a data.pkl, so no file of torch.save; check that the path is right.",
            Fault(Write(StoredZip.Write([("a.txt", [1])])))
        );
        var compressed = folder.File("compressed.pth");
        using (var zip = System.IO.Compression.ZipFile.Open(compressed, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("archive/data.pkl").Open())
            entry.Write(new byte[1 << 20]);
        Assert.Equal($"{compressed} is a compressed zip, which torch.save does not write; unpack it, or save it again.", Fault(compressed));
    }

    [Fact]
    public void Refuses_a_pickle_too_large_for_weights_alone()
    {
        var file = Write(StoredZip.Write([("archive/data.pkl", new byte[(8 << 20) + 1])]));
        Assert.Equal(
            $"{file} has 8388609 bytes in data.pkl, too many for weights alone; in PyTorch, save them alone: torch.save(model.state_dict(), 'weights.pth').",
            Fault(file)
        );
    }

    [Fact]
    public void Refuses_the_older_form_with_a_pickle_too_large_for_weights_alone()
    {
        var file = Write(new TorchFiles().Legacy(new string('a', 8 << 20)));
        Assert.Equal(
            $"{file} has more than 8388608 bytes before its numbers, too many for weights alone; in PyTorch, save them alone: torch.save(model.state_dict(), 'weights.pth').",
            Fault(file)
        );
    }

    [Fact]
    public void Refuses_a_file_of_a_big_endian_machine()
    {
        var file = Write(StoredZip.Write([("a/data.pkl", PickleWriter.Write(null)), ("a/byteorder", "big"u8.ToArray())]));
        Assert.Equal($"{file} was written on a big-endian machine; save it again on a little-endian one.", Fault(file));
    }

    [Theory]
    [InlineData(
        new byte[] { 0x80, 6, (byte)'N', (byte)'.' },
        "is a pickle of protocol 6, and 5 is the newest known here; save it again with protocol 2."
    )]
    [InlineData(new byte[] { (byte)'N' }, "is damaged: its pickle ends in the middle of a value; copy or download it again.")]
    [InlineData(new byte[] { (byte)'.' }, "is damaged: its pickle uses a value that is not there; copy or download it again.")]
    [InlineData(
        new byte[] { (byte)'N', (byte)'(', (byte)'0', (byte)'a' },
        "is damaged: its pickle uses a value that is not there; copy or download it again."
    )]
    [InlineData(new byte[] { (byte)'t' }, "is damaged: its pickle uses a mark that is not there; copy or download it again.")]
    [InlineData(new byte[] { (byte)'h', 3 }, "is damaged: its pickle recalls a value that it never gave; copy or download it again.")]
    [InlineData(
        new byte[] { 0xff },
        "is damaged: its pickle has the instruction 0xff at byte 0, which there is none of; copy or download it again."
    )]
    [InlineData(new byte[] { (byte)'X', 1, 0, 0, 0, 0xff }, "is damaged: a text in it is not UTF-8; copy or download it again.")]
    [InlineData(
        new byte[] { (byte)'X', 0xff, 0xff, 0xff, 0xff },
        "is damaged: its pickle ends in the middle of a value; copy or download it again."
    )]
    [InlineData(
        new byte[] { (byte)'N', (byte)'N', (byte)'a' },
        "is damaged: its pickle appends to something that is no list; copy or download it again."
    )]
    [InlineData(
        new byte[] { (byte)'}', (byte)'(', (byte)'N', (byte)'u' },
        "is damaged: its pickle has a key without a value; copy or download it again."
    )]
    [InlineData(
        new byte[] { (byte)'N', (byte)')', (byte)'R' },
        "is damaged: its pickle calls something that is no name; copy or download it again."
    )]
    [InlineData(
        new byte[] { (byte)'(', (byte)'i' },
        "uses the pickle instruction 0x69, which PyTorch does not write and which is not followed here; save it with torch.save."
    )]
    public void Says_what_is_wrong_with_a_pickle(byte[] pickle, string fault) =>
        Assert.Equal($"{folder.File("w.pth")} {fault}", Fault(Write(StoredZip.Write([("archive/data.pkl", pickle)]))));

    [Fact]
    public void Refuses_a_file_cut_anywhere()
    {
        var files = new TorchFiles();
        var state = new Dictionary<string, Tensor> { ["a"] = ones(3), ["b"] = ones(2, 2) };
        foreach (var whole in (byte[][])[files.Zip(files.State(state)), files.Legacy(files.State(state))])
            for (var length = 15; length < whole.Length; length++)
                Assert.Contains("copy or download it again.", FaultOfReading(whole[..length]), StringComparison.Ordinal);
    }

    private static ScalarType[] Types =>
        [
            ScalarType.Float64,
            ScalarType.Float32,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Int64,
            ScalarType.Int32,
            ScalarType.Int16,
            ScalarType.Int8,
            ScalarType.Byte,
            ScalarType.Bool,
        ];

    private static Tensor Read(TorchCheckpoint checkpoint, string name) =>
        checkpoint.Read(Assert.IsType<StoredTensor>(Assert.IsType<PickleDictionary>(checkpoint.Root)[name]));

    private static void AssertSame(Tensor want, Tensor got)
    {
        Assert.Equal((want.dtype, string.Join(',', want.shape)), (got.dtype, string.Join(',', got.shape)));
        Assert.True((want == got).all().item<bool>());
    }

    private string Write(byte[] content)
    {
        var file = folder.File("w.pth");
        File.WriteAllBytes(file, content);
        return file;
    }

    private static string Fault(string file) => Assert.ThrowsAny<UserException>(() => TorchCheckpoint.Open(file)).Message;

    private string FaultOfReading(byte[] content)
    {
        var file = Write(content);
        var fault = Assert.ThrowsAny<UserException>(() =>
        {
            using var checkpoint = TorchCheckpoint.Open(file);
            foreach (var (_, value) in Assert.IsType<PickleDictionary>(checkpoint.Root).Entries)
                checkpoint.Read(Assert.IsType<StoredTensor>(value));
        });
        return fault.Message[(file.Length + 1)..];
    }
}
