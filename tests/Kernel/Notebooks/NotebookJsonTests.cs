using System.Text.Json.Nodes;
using F2Net.Kernel.Notebooks;

namespace F2Net.Tests.Kernel.Notebooks;

public class NotebookJsonTests
{
    [Fact]
    public void Keys_are_sorted_and_letters_stay_themselves() =>
        Assert.Equal(
            "{\n \"B\": [],\n \"a\": {\n  \"é\": \"😀<&\\\"\\\\\\n\\u0001\"\n },\n \"n\": [\n  1.50,\n  null,\n  true,\n  {}\n ]\n}\n",
            NotebookJson.Write(JsonNode.Parse("""{"n": [1.50, null, true, {}], "a": {"é": "😀<&\"\\\n\u0001"}, "B": []}""")!)
        );

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n")]
    [InlineData("a\r\nb\rc\n\nd\u2028e")]
    public void Lines_joined_are_the_text(string text) => Assert.Equal(text, MultiLine.Join(MultiLine.Split(text)));

    [Fact]
    public void Lines_keep_their_ends() => Assert.Equal("[\"a\\r\\n\",\"b\\n\",\"c\"]", MultiLine.Split("a\r\nb\nc").ToJsonString());
}
