using F2Net.Tests.Weights.Checkpoints;
using F2Net.Weights;
using F2Net.Weights.Import;
using static TorchSharp.torch;

namespace F2Net.Tests.Weights.Import;

/// <summary>Whatever bytes a file has: it is read, or refused in a sentence; it never crashes, hangs, or takes memory out of proportion.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int Mutations = 2000;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("zip", 2)]
    [InlineData("zip", 4)]
    [InlineData("zip64", 2)]
    [InlineData("legacy", 2)]
    [InlineData("safetensors", 0)]
    public void Every_mutation_is_read_or_refused(string form, int protocol)
    {
        var whole = Whole(form, protocol);
        var random = new Random(1);
        var file = folder.File("w");
        var read = 0;
        var before = GC.GetTotalAllocatedBytes();
        for (var i = 0; i < Mutations; i++)
        {
            File.WriteAllBytes(file, Mutated(whole, random));
            read += Read(file) ? 1 : 0;
        }
        // Both happen, or nothing was tried: some bytes are numbers, and most are not.
        Assert.InRange(read, 1, Mutations - 1);
        Assert.True((GC.GetTotalAllocatedBytes() - before) / Mutations < 4 << 20);
    }

    // Instructions at random reach states that damage to a sensible pickle does not.
    [Fact]
    public void Any_sequence_of_pickle_instructions_is_read_or_refused()
    {
        byte[] opcodes =
        [
            0x88,
            0x89,
            .. "NJKMIGXUTVSBC]})tlda(0125esupqrghjcRbQ."u8,
            0x85,
            0x86,
            0x87,
            0x8a,
            0x8b,
            0x8c,
            0x8f,
            0x90,
            0x91,
            0x92,
            0x93,
            0x94,
            0x95,
        ];
        var random = new Random(2);
        var file = folder.File("w");
        for (var i = 0; i < Mutations; i++)
        {
            var pickle = new byte[random.Next(1, 60)];
            for (var at = 0; at < pickle.Length; at++)
                pickle[at] = random.Next(4) == 0 ? (byte)random.Next(6) : opcodes[random.Next(opcodes.Length)];
            File.WriteAllBytes(file, StoredZip.Write([("archive/data.pkl", [.. pickle, (byte)'.'])]));
            Read(file);
        }
    }

    [Fact]
    public void A_list_that_holds_itself_is_no_state_dict()
    {
        var file = folder.File("w");
        // A dictionary whose entry is itself, by recall.
        byte[] pickle = [(byte)'}', (byte)'q', 0, (byte)'X', 1, 0, 0, 0, (byte)'d', (byte)'h', 0, (byte)'s', (byte)'.'];
        File.WriteAllBytes(file, StoredZip.Write([("archive/data.pkl", pickle)]));
        Assert.EndsWith(
            " holds no tensors at its top or one level below; in PyTorch, save them alone: torch.save(model.state_dict(), 'weights.pth').",
            Assert.Throws<UserException>(() => WeightFile.Open(file)).Message
        );
    }

    [Fact]
    public void A_pickle_of_nothing_but_containers_takes_memory_in_proportion()
    {
        var pickle = new byte[8 << 20];
        for (var i = 0; i < pickle.Length - 1; i++)
            pickle[i] = i % 2 == 0 ? (byte)'}' : (byte)0x94; // a dictionary, remembered
        pickle[^1] = (byte)'.';
        var file = folder.File("w");
        File.WriteAllBytes(file, StoredZip.Write([("archive/data.pkl", pickle)]));
        var before = GC.GetTotalAllocatedBytes();
        Read(file);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1 << 30);
    }

    // A few bytes name something large again; each of these would take 10^10 steps and more if naming it meant going through it.
    [Theory]
    [InlineData("dictionary")]
    [InlineData("shape")]
    [InlineData("pairs")]
    public void Something_large_named_again_and_again_takes_no_longer(string what)
    {
        const int Large = 300_000;
        byte[] storage = [.. "(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0aNK\x01"u8];
        byte[] texts =
        [
            .. Enumerable
                .Range(0, Large)
                .SelectMany(i => (byte[])[(byte)'U', 5, .. System.Text.Encoding.ASCII.GetBytes($"{i:x5}"), (byte)'N']),
        ];
        var (large, again) = what switch
        {
            "dictionary" => ((byte[])[(byte)'}', (byte)'(', .. texts, (byte)'u', (byte)'q', 0], "h\0"u8.ToArray()),
            "shape" => (
                [
                    (byte)'(',
                    .. Repeat("K\x01"u8, Large),
                    (byte)'t',
                    (byte)'q',
                    0,
                    .. "ctorch._utils\n_rebuild_tensor\nq\x01"u8,
                    .. storage,
                    .. "tQq\x02(h\x02K\0h\0h\0tq\x03"u8,
                ],
                "h\x01h\x03R"u8.ToArray()
            ),
            _ => (
                [
                    .. "ccollections\nOrderedDict\nq\u0001](U\u0001aN"u8,
                    0x86,
                    .. "q\u0003"u8,
                    .. Repeat("h\u0003"u8, Large),
                    (byte)'e',
                    0x85,
                    .. "q\0"u8,
                ],
                "h\u0001h\0R"u8.ToArray()
            ),
        };
        byte[] pickle =
        [
            .. large,
            (byte)'}',
            (byte)'(',
            .. Enumerable
                .Range(0, Large)
                .SelectMany(i => (byte[])[(byte)'U', 5, .. System.Text.Encoding.ASCII.GetBytes($"{i:x5}"), .. again]),
            (byte)'u',
            (byte)'.',
        ];
        var file = folder.File("w");
        File.WriteAllBytes(file, StoredZip.Write([("archive/data.pkl", pickle)]));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Read(file);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    private static byte[] Repeat(ReadOnlySpan<byte> bytes, int count)
    {
        var one = bytes.ToArray();
        return [.. Enumerable.Repeat(one, count).SelectMany(b => b)];
    }

    private static bool Read(string file)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var weights = WeightFile.Open(file);
            foreach (var name in weights.Shapes.Keys)
                weights.Read(name).to(ScalarType.Float32).sum().item<float>();
            return true;
        }
        catch (UserException)
        {
            return false;
        }
    }

    private byte[] Whole(string form, int protocol)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["conv.weight"] = rand(4, 3, 3, 3),
            ["conv.bias"] = rand(4).to(ScalarType.Float16),
            ["steps"] = tensor(3L),
        };
        if (form == "safetensors")
        {
            var file = folder.File("w");
            Safetensors.Write(file, tensors);
            return File.ReadAllBytes(file);
        }
        var files = new TorchFiles(protocol);
        var root = new List<(object?, object?)> { ("model", files.State(tensors)), ("args", new Call(new("argparse", "Namespace"), [])) };
        return form == "legacy" ? files.Legacy(root) : files.Zip(root, zip64: form == "zip64");
    }

    private static byte[] Mutated(byte[] whole, Random random)
    {
        var bytes = (byte[])whole.Clone();
        switch (random.Next(5))
        {
            case 0: // some bytes changed
                for (var n = random.Next(1, 6); n > 0; n--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 1: // one bit
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2: // cut
                return bytes[..random.Next(bytes.Length)];
            case 3: // a number blown up
                var at = random.Next(bytes.Length - 8);
                BitConverter.TryWriteBytes(bytes.AsSpan(at), random.Next(2) == 0 ? long.MaxValue >> random.Next(40) : -1L);
                return bytes;
            default: // a piece moved over another
                var length = random.Next(1, 64);
                bytes.AsSpan(random.Next(bytes.Length - length), length).ToArray().CopyTo(bytes, random.Next(bytes.Length - length));
                return bytes;
        }
    }
}
