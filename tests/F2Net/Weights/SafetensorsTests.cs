using System.Text;
using F2Net.Weights;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safetensors-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Reads_back_what_it_wrote_in_every_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var want = tensor(new[] { 0f, 1f, 2f, 3f, 5f, 7f, 11f }).to_type(type);
        Safetensors.Write(Path("a"), new Dictionary<string, Tensor> { ["x"] = want });

        var got = Safetensors.Read(Path("a")).Tensors["x"];

        Assert.Equal(type, got.dtype);
        Assert.True((got == want).all().item<bool>());
    }

    [Fact]
    public void Keeps_shapes_metadata_scalars_empty_tensors_and_names_with_quotes()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["flag"] = tensor(new[] { true, false, true }),
            ["vssm.layers.0.blocks.0.op.A_logs"] = rand(3, 1, 5),
            ["step"] = tensor(41L),
            ["empty"] = zeros(0, 4),
            ["a \"name\""] = rand(2, 7).transpose(0, 1),
        };
        Safetensors.Write(Path("a"), tensors, new Dictionary<string, string> { ["commit"] = "é" });

        var got = Safetensors.Read(Path("a"));

        Assert.Equal(tensors.Keys.Order(), got.Tensors.Keys.Order());
        foreach (var (name, want) in tensors)
        {
            Assert.Equal(want.shape, got.Tensors[name].shape);
            Assert.Equal(want.dtype, got.Tensors[name].dtype);
            Assert.True((got.Tensors[name] == want).all().item<bool>());
        }
        Assert.Equal("é", got.Metadata["commit"]);
    }

    [Fact]
    public void Starts_every_tensor_at_a_multiple_of_its_element_size()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(
            Path("a"),
            new Dictionary<string, Tensor> { ["u8"] = zeros(3, dtype: ScalarType.Byte), ["f64"] = zeros(1, dtype: ScalarType.Float64) }
        );
        var bytes = File.ReadAllBytes(Path("a"));
        var header = (int)BitConverter.ToInt64(bytes);

        Assert.Equal(0, header % 8);
        Assert.StartsWith("""{"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"u8":""", Encoding.UTF8.GetString(bytes, 8, header));
    }

    [Fact]
    public void Refuses_a_tensor_that_no_array_can_hold_before_it_takes_memory()
    {
        var header = Encoding.UTF8.GetBytes("{\"x\":{\"dtype\":\"F32\",\"shape\":[536870912],\"data_offsets\":[0,2147483648]}}");
        using (var stream = File.Create(Path("a")))
        {
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(header);
            stream.SetLength(stream.Length + (1L << 31)); // a hole
        }
        Assert.Equal(
            $"{Path("a")} has a tensor of 2147483648 bytes, 'x', and one has to stay under 2 GiB; check that the file is the right one.",
            Fault(Path("a"))
        );
    }

    [Fact]
    public void Replaces_an_old_file_and_leaves_no_partial_one_behind()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(Path("a"), new Dictionary<string, Tensor> { ["x"] = ones(2) });
        Safetensors.Write(Path("a"), new Dictionary<string, Tensor> { ["x"] = ones(3) });

        Assert.Equal([3], Safetensors.Read(Path("a")).Tensors["x"].shape);
        Assert.Equal([Path("a")], Directory.GetFiles(folder));
    }

    [Fact]
    public void Says_where_it_could_not_write()
    {
        File.WriteAllText(Path("file"), "");
        var error = Assert.Throws<UserException>(() => Safetensors.Write(Path("file/a"), new Dictionary<string, Tensor>()));
        Assert.Equal($"Cannot write {Path("file/a")}; choose a folder that you may write to and that has space left.", error.Message);
    }

    [Fact]
    public void Says_that_a_file_is_missing() => Assert.Equal($"{Path("a")} does not exist; check the path.", Fault(Path("a")));

    [Theory]
    [InlineData("{}", 9, "is damaged: 9 bytes after its last tensor belong to none; copy or download it again.")]
    [InlineData("nonsense", 0, "is not a safetensors file: its header is not the JSON expected; check that the path is right.")]
    [InlineData("[]", 0, "is not a safetensors file: its header is not the JSON expected; check that the path is right.")]
    [InlineData(
        """{"x":{"dtype":"F32"}}""",
        0,
        "is not a safetensors file: its header is not the JSON expected; check that the path is right."
    )]
    [InlineData("""{"x":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", 4, "is damaged: 'x' has no type; copy or download it again.")]
    [InlineData(
        """{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""",
        4,
        "stores 'x' as F8_E4M3, which is none of F64, F32, F16, BF16, I64, I32, U8, BOOL; convert it to F32."
    )]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        7,
        "is truncated: 'x' ends at byte 8 of its data and 7 are there; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""",
        8,
        "is damaged: 'x' of shape [3] and type F32 cannot fill 8 bytes; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""",
        0,
        "is damaged: 'x' of shape [4611686018427387904, 4] and type F32 cannot fill 0 bytes; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[4],"data_offsets":[-2,2]}}""",
        4,
        "is damaged: 'x' lies at bytes -2 to 2; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"y":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}}""",
        6,
        "is damaged: 'x' and 'y' overlap; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""",
        3,
        "is damaged: no tensor owns the bytes before 'y'; copy or download it again."
    )]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2,
        "is damaged: 'x' stands twice in its header; copy or download it again."
    )]
    public void Refuses_a_file_with_a_fault_and_says_which(string header, int dataBytes, string fault)
    {
        var text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(Path("a"), [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[dataBytes]]);
        Assert.Equal($"{Path("a")} {fault}", Fault(Path("a")));
    }

    [Fact]
    public void Refuses_a_file_cut_anywhere()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(Path("a"), new Dictionary<string, Tensor> { ["x"] = ones(2) });
        var whole = File.ReadAllBytes(Path("a"));
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path("cut"), whole[..length]);
            Assert.StartsWith($"{Path("cut")} is truncated: ", Fault(Path("cut")));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Refuses_a_header_length_that_no_header_has(long length)
    {
        File.WriteAllBytes(Path("a"), [.. BitConverter.GetBytes(length), .. "{}"u8]);
        Assert.Equal(
            $"{Path("a")} is not a safetensors file: it claims a header of {length} bytes; check that the path is right.",
            Fault(Path("a"))
        );
    }

    private static string Fault(string path) => Assert.Throws<UserException>(() => Safetensors.Read(path)).Message;

    private string Path(string name) => System.IO.Path.Combine(folder, name);
}
