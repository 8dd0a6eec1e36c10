using F2Net.Model;
using F2Net.Model.Decompositions;

namespace F2Net.Tests.Model;

public class F2NetConfigTests
{
    [Fact]
    public void A_configuration_comes_back_from_its_file()
    {
        using var folder = new TempFolder();
        var file = folder.File("network.json");
        foreach (
            var config in new[]
            {
                F2NetConfig.Paper(),
                F2NetConfig.Nano(6) with
                {
                    Branches = [Branch.Short],
                    Fusion = FusionKind.Add,
                },
                F2NetConfig.Nano(6) with
                {
                    HighEncoder = HighEncoderKind.Shallow,
                    LongEncoder = LongEncoderKind.Convolutional,
                },
            }
        )
        {
            JsonFile.Write(file, config);
            Assert.Equivalent(config, F2NetConfig.Read(file), strict: true);
        }
    }

    [Fact]
    public void Absent_keys_are_the_papers() => Assert.Equivalent(F2NetConfig.Paper(), Read("{}", out _), strict: true);

    [Theory]
    [InlineData("""{"clases": 3}""", "unknown key \"clases\"; correct the file.")]
    [InlineData("""{"fusion": "sum"}""", "line 1 (fusion) is not what is expected there; correct the file.")]
    [InlineData("""{"highEncoder": "deep"}""", "line 1 (highEncoder) is not what is expected there; correct the file.")]
    [InlineData("""{"highDims": [16, "a"]}""", "line 1 (highDims[1]) is not what is expected there; correct the file.")]
    [InlineData("""{"classes": 3""", "line 1 (classes) is not what is expected there; correct the file.")]
    public void Bad_json_is_one_sentence(string json, string sentence)
    {
        var file = "";
        var message = Assert.Throws<UserException>(() => Read(json, out file)).Message;
        Assert.Equal($"{file}: {sentence}", message);
    }

    [Fact]
    public void A_network_that_cannot_be_built_is_one_sentence()
    {
        var file = "";
        Assert.Equal(
            "decompositionGroups (5) must divide decompositionChannels (32).",
            Assert.Throws<UserException>(() => Read("""{"decompositionGroups": 5}""", out file)).Message.Split("built: ")[1]
        );
    }

    private static F2NetConfig Read(string json, out string file)
    {
        using var folder = new TempFolder();
        file = folder.File("network.json");
        File.WriteAllText(file, json);
        return F2NetConfig.Read(file);
    }

    public static TheoryData<F2NetConfig, string> Impossible =>
        new()
        {
            {
                new() { Classes = 1 },
                "classes (1) must be at least 2."
            },
            {
                new() { Branches = [] },
                "branches ([]) must name at least one branch and none twice."
            },
            {
                new() { Branches = [Branch.High, Branch.High] },
                "branches ([High, High]) must name at least one branch and none twice."
            },
            {
                new() { Branches = [Branch.Long], Head = HeadKind.Fine },
                "head Fine needs the branch High or Short for its fine features, but branches is [Long]."
            },
            {
                new() { Fusion = FusionKind.CrossAttention, FusionChannels = 40 },
                "fusion CrossAttention needs fusionChannels (40) to be a multiple of 32."
            },
            {
                new() { FusionChannels = 1, Head = HeadKind.Pixel },
                "head Pixel needs fusionChannels (1) to be at least 2."
            },
            {
                new() { ShortDilations = [1, 2] },
                "shortDilations ([1, 2]) must be three numbers of at least 1."
            },
            {
                new() { LongRangeSpan = 100 },
                "longRangeSpan (100) must be at least 256, or null for the whole image."
            },
            {
                new() { ShortPoolWindow = 0 },
                "shortPoolWindow (0) must be at least 1, or null for the whole map."
            },
            {
                new() { HighScale = 0.3 },
                "highScale (0.3) must be 1, 0.5 or 0.25."
            },
            {
                new() { HighDims = [16, 32, 64, 100] },
                "highDims ([16, 32, 64, 100]) must be multiples of 16."
            },
            {
                new() { LongScale = 0.25, LongPatch = 16 },
                "longPatch (16) must be 1 to 8 at longScale 0.25."
            },
            {
                new() { LongEncoder = LongEncoderKind.Convolutional, LongPatch = 4 },
                "longEncoder Convolutional has a stride of 8 pixels, so longPatch (4) must be 8."
            },
            {
                new()
                {
                    LongEncoder = LongEncoderKind.Convolutional,
                    Branches = [Branch.Long],
                    ShortWidth = 3,
                },
                "shortWidth (3) must be even and at least 2."
            },
            {
                new() { LongHeads = 5 },
                "longHeads (5) must divide longWidth (192)."
            },
            {
                new() { Decomposition = DecompositionKind.AdaptiveThreeBands, DecompositionKernel = 4 },
                "decompositionKernel (4) must be odd."
            },
            {
                new() { Decomposition = DecompositionKind.AdaptiveAllOnes, DecompositionGroups = 5 },
                "decompositionGroups (5) must divide decompositionChannels (32)."
            },
            {
                new() { HighDirections = 3 },
                "highDirections (3) must be 1, 2 or 4."
            },
            {
                new() { HighScanSegment = 47 },
                "highScanSegment (47) must be at least 48, or null for the whole scan."
            },
        };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void An_impossible_network_is_refused_with_its_values(F2NetConfig config, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new F2NetModel(config)).Message);
}
