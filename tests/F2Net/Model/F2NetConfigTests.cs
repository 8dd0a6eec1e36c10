using F2Net.Model;

namespace F2Net.Tests.Model;

public class F2NetConfigTests
{
    [Fact]
    public void A_configuration_comes_back_from_its_json()
    {
        foreach (
            var config in new[] { F2NetConfig.Paper(), F2NetConfig.Nano(6) with { Branches = [Branch.Short], Fusion = FusionKind.Add } }
        )
            Assert.Equal(config.ToJson(), F2NetConfig.FromJson(config.ToJson(), "model.json").ToJson());
    }

    [Fact]
    public void Absent_keys_are_the_papers() =>
        Assert.Equal(F2NetConfig.Paper().ToJson(), F2NetConfig.FromJson("{}", "model.json").ToJson());

    [Theory]
    [InlineData("""{"clases": 3}""", "model.json has an unknown key or a wrong value at \"clases\": correct or remove it.")]
    [InlineData("""{"fusion": "sum"}""", "model.json has an unknown key or a wrong value at \"fusion\": correct or remove it.")]
    [InlineData("""{"highDims": [16, "a"]}""", "model.json has an unknown key or a wrong value at \"highDims[1]\": correct or remove it.")]
    [InlineData("""{"classes": 3""", "model.json is not valid JSON (line 1): correct it.")]
    [InlineData("null", "model.json holds no network configuration: write a JSON object into it.")]
    [InlineData(
        """{"decompositionGroups": 5}""",
        "model.json describes a network that cannot be built: decompositionGroups (5) must divide decompositionChannels (32)."
    )]
    public void Bad_json_is_one_sentence(string json, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UserException>(() => F2NetConfig.FromJson(json, "model.json")).Message);

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
                new() { LongHeads = 5 },
                "longHeads (5) must divide longWidth (192)."
            },
        };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void An_impossible_network_is_refused_with_its_values(F2NetConfig config, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new F2NetModel(config)).Message);
}
