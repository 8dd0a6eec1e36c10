using System.Security.Cryptography;
using F2Net.Data;
using F2Net.Data.Packing;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Data.Sampling;
using F2Net.Weights;
using static TorchSharp.torch;

namespace F2Net.Tests.Data.Packing;

public sealed class PackedDataSetTests : IDisposable
{
    private readonly TempFolder folder = new();

    public PackedDataSetTests()
    {
        TestDataSet.Write(folder, "val", pictures: 1, 47, 35);
        TestDataSet.Write(folder, "train", pictures: 3, 131, 97);
        // One of another size, and ignored pixels.
        var mask = TestDataSet.Mask(93, 140, seed: 9);
        mask.Ids[5] = 255;
        RasterWriter.WritePng(folder.File("img_dir/train/turned.png"), TestDataSet.Image(mask, seed: 9));
        RasterWriter.WriteMask(folder.File("ann_dir/train/turned.png"), mask, []);
    }

    public void Dispose() => folder.Dispose();

    private string Packed => folder.File("packed.safetensors");

    [Fact]
    public void A_packed_data_set_holds_what_the_folder_does()
    {
        var open = PreparedDataSet.Open(folder.Path);
        Pack();
        var packed = PreparedDataSet.Open(folder.Path);
        Assert.True(JsonFile.Same(open.Info, packed.Info));
        Assert.Equal(["train", "val"], packed.Splits);
        Assert.Equal(open.Splits, packed.Splits);
        foreach (var split in open.Splits)
        {
            Assert.Equal(open.Split(split).ClassCounts, packed.Split(split).ClassCounts);
            foreach (var (a, b) in open.Split(split).Samples.Zip(packed.Split(split).Samples, (a, b) => (a, b)))
            {
                Assert.Equal((a.Name, a.Width, a.Height), (b.Name, b.Width, b.Height));
                Assert.Equal(a.Image.Pixels, b.Image.Pixels);
                Assert.Equal(a.Mask.Ids, b.Mask.Ids);
                Assert.Equal($"{Packed}: {split}/{a.Name}/image", b.ImagePath);
            }
        }
    }

    [Fact]
    public void Training_draws_the_same_batches_from_the_packed_file_without_the_folder()
    {
        var options = new CropOptions
        {
            CropSize = 40,
            BatchSize = 3,
            LargeCropEvery = 3,
            LargeCropSize = 80,
            ContextSizes = [60, 5000],
            ContextBudget = 50,
        };
        var open = new CropSampler(TestDataSet.Open(folder), options, seed: 7);
        Pack();
        File.Move(Packed, folder.File("elsewhere/any.safetensors"));
        var packed = new CropSampler(PreparedDataSet.Open(folder.File("elsewhere/any.safetensors")).Split("train"), options, seed: 7);
        for (var iteration = 0; iteration < 12; iteration++)
        {
            using var a = open.Draw(iteration);
            using var b = packed.Draw(iteration);
            Assert.True(a.Image.Same(b.Image) && a.Mask.Same(b.Mask) && a.Context!.Image.Same(b.Context!.Image));
            Assert.Equal(a.Context!.Windows, b.Context!.Windows);
        }
    }

    [Fact]
    public void Any_program_that_reads_safetensors_reads_it()
    {
        Pack();
        using var scope = NewDisposeScope();
        var content = Safetensors.Read(Packed);
        Assert.Equal([3, 140, 93], content.Tensors["train/turned/image"].shape);
        Assert.Equal([140, 93], content.Tensors["train/turned/mask"].shape);
        Assert.Equal(TestDataSet.Json, content.Metadata["dataset.json"]);
        Assert.Equal(
            TestDataSet.Image(TestDataSet.Mask(131, 97, seed: 1), seed: 1).Pixels,
            content.Tensors["train/1/image"].reshape(-1).data<byte>().ToArray()
        );
    }

    [Fact]
    public void Packing_again_gives_the_same_file()
    {
        Pack();
        var first = File.ReadAllBytes(Packed);
        Pack();
        Assert.Equal(first, File.ReadAllBytes(Packed));
    }

    [Fact]
    public void Cancelled_packing_leaves_the_older_file_and_nothing_else()
    {
        Pack();
        var first = File.ReadAllBytes(Packed);
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new DataSetPacker(folder.Path).Pack(_ => cancellation.Cancel(), cancellation.Token)
        );
        Assert.Equal(first, File.ReadAllBytes(Packed));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Packed)!, "*.partial"));
    }

    [Fact]
    public void A_faulty_picture_is_named_and_nothing_is_written()
    {
        RasterWriter.WriteMask(folder.File("ann_dir/train/2.png"), Noise.Mask(131, 97, 4), []);
        var message = Assert.Throws<UserException>(() => Pack()).Message;
        Assert.StartsWith($"{folder.Path}/ann_dir/train/2.png has ", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Packed));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Packed)!, "*.partial"));
    }

    [Fact]
    public void Places_beyond_two_gibibytes_are_read_where_they_are()
    {
        // The first picture is a hole of 3 x 30000 x 30000 bytes; the second lies behind it.
        var (image, mask) = (Noise.Picture(40, 33), Noise.Mask(40, 33, 3));
        PackedContent[] contents =
        [
            new("train", "huge", "huge.png", 1, 1, "unknown", "unknown"),
            new("train", "small", "small.png", 1, 1, Hash(image.Pixels), Hash(mask.Ids)),
        ];
        var header = SafetensorsHeader.Of(
            [
                ("train/huge/image", "U8", [3, 30000, 30000]),
                ("train/huge/mask", "U8", [30000, 30000]),
                ("train/small/image", "U8", [3, 33, 40]),
                ("train/small/mask", "U8", [33, 40]),
            ],
            Metadata(contents)
        );
        var start = header.ToBytes();
        using (var file = File.Create(folder.File("large/packed.safetensors")))
        {
            file.Write(start);
            file.Position = start.Length + header.Entries[2].Begin;
            Assert.True(file.Position > 3_600_000_000);
            file.Write(image.Pixels);
            file.Write(mask.Ids);
        }
        var small = PreparedDataSet.Open(folder.File("large/packed.safetensors")).Split("train").Samples[1];
        Assert.Equal(image.Pixels, small.Image.Pixels);
        Assert.Equal(mask.Ids, small.Mask.Ids);
    }

    [Fact]
    public void Refuses_a_file_that_was_cut_short()
    {
        Pack();
        var bytes = File.ReadAllBytes(Packed);
        File.WriteAllBytes(Packed, bytes[..^7]);
        using var stream = new MemoryStream(bytes);
        var last = SafetensorsHeader.Read(Packed, stream).Entries[^1];
        Refused(
            $"{Packed} is truncated: 'val/0/mask' ends at byte {last.End} of its data and {last.End - 7} are there; copy or download it again."
        );
    }

    [Fact]
    public void Refuses_bytes_that_were_altered_in_an_image_or_a_mask()
    {
        Pack();
        var bytes = File.ReadAllBytes(Packed);
        using var stream = new MemoryStream(bytes);
        var header = SafetensorsHeader.Read(Packed, stream);
        foreach (var part in new[] { "image", "mask" })
        {
            var altered = bytes.ToArray();
            altered[header.DataStart + header.Entries.Single(e => e.Name == $"train/1/{part}").End - 1] ^= 1;
            File.WriteAllBytes(Packed, altered);
            var samples = TestDataSet.Open(folder).Samples;
            Assert.NotNull(samples[0].Image);
            Assert.NotNull(samples[0].Mask);
            Assert.Equal(
                $"{Packed} is damaged: the bytes of 'train/1/{part}' are not those that were packed; {Again}.",
                Assert.Throws<UserException>(() => part == "image" ? samples[1].Cut(new(3, 3, 9, 9)) : (object)samples[1].Mask).Message
            );
        }
    }

    [Fact]
    public void Refuses_other_types_other_formats_and_other_files()
    {
        Write(Metadata([]), ("train/a/image", "F32", [1]));
        Refused($"{Packed} stores 'train/a/image' as F32, where pictures and masks are U8; {Again}.");

        Write(
            new()
            {
                ["format"] = "f2net-data-2",
                ["dataset.json"] = TestDataSet.Json,
                ["contents"] = "[]",
            }
        );
        Refused($"{Packed} is a packed data set of the format f2net-data-2, where f2net-data-1 is read; {Again}.");

        Write([]);
        Refused($"{Packed} is no packed data set; give the folder of a prepared data set, or what f2net data pack made of it.");

        File.WriteAllText(Packed, TestDataSet.Json);
        Assert.StartsWith(
            $"{Packed} is not a safetensors file: ",
            Assert.Throws<UserException>(() => PreparedDataSet.Open(Packed)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Refuses_a_sample_without_its_tensors()
    {
        Directory.Delete(folder.File("img_dir"), recursive: true);
        Write(Metadata([new("train", "a", "a.png", 1, 1, "", "")]), ("train/a/image", "U8", [3, 4, 5]), ("train/a/mask", "U8", [5, 4]));
        Refused($"{Packed} is damaged: it has no image and mask of one size for train/a; {Again}.");
    }

    [Fact]
    public void Refuses_a_file_that_is_older_than_the_folder_around_it()
    {
        Pack();
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json.Replace("lake", "pond", StringComparison.Ordinal));
        Refused($"{Packed} was packed before {folder.Path}/dataset.json changed; {Again}.");
        File.WriteAllText(folder.File("dataset.json"), TestDataSet.Json);
        PreparedDataSet.Open(folder.Path);

        RasterWriter.WritePng(folder.File("img_dir/train/1.png"), new Picture(131, 97, new byte[3 * 131 * 97]));
        Refused($"{Packed} was packed before {folder.Path}/img_dir/train/1.png changed; {Again}.");

        Pack();
        TestDataSet.Write(folder, "test", pictures: 1, 40, 40);
        Refused($"{Packed} was packed before {folder.Path}/img_dir/test/0.png came; {Again}.");

        Pack();
        File.Delete(folder.File("img_dir/train/1.png"));
        File.Delete(folder.File("ann_dir/train/1.png"));
        Refused($"{Packed} was packed before {folder.Path}/ann_dir/train/1.png went; {Again}.");
    }

    [Fact]
    public void Refuses_a_split_that_was_not_there() =>
        Assert.Equal(
            $"{Packed} has no test pictures; it has train, val, so choose one of these or {Again}.",
            Assert
                .Throws<UserException>(() =>
                {
                    Pack();
                    return PreparedDataSet.Open(Packed).Split("test");
                })
                .Message
        );

    private string Again => $"pack it again: f2net data pack {folder.Path}";

    private void Pack() => new DataSetPacker(folder.Path).Pack();

    private void Refused(string message) =>
        Assert.Equal(message, Assert.Throws<UserException>(() => PreparedDataSet.Open(folder.Path)).Message);

    private void Write(Dictionary<string, string> metadata, params (string, string, long[])[] tensors)
    {
        var header = SafetensorsHeader.Of(tensors, metadata);
        File.WriteAllBytes(Packed, [.. header.ToBytes(), .. new byte[header.Entries.Count > 0 ? header.Entries[^1].End : 0]]);
    }

    private static Dictionary<string, string> Metadata(PackedContent[] contents) =>
        new()
        {
            ["format"] = "f2net-data-1",
            ["dataset.json"] = TestDataSet.Json,
            ["contents"] = JsonFile.Line(contents),
        };

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
