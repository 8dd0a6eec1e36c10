using System.Text;
using System.Text.Json.Nodes;
using F2Net.Kernel.Protocol;

namespace F2Net.Tests.Kernel.Protocol;

public class MessageCodecTests
{
    private static readonly byte[] Identity = [0, 255];

    [Theory]
    [InlineData("key")]
    [InlineData("")]
    public void Reads_back_what_it_wrote(string key)
    {
        var codec = new MessageCodec(key);
        var parent = New([]);
        var message = Message.Create("reply", new JsonObject { ["text"] = "é 😀 \u0001" }, "session", parent, [Identity]);

        var read = codec.Decode(codec.Encode(message));

        Assert.Equal(("reply", message.Id, "é 😀 \u0001"), (read.Type, read.Id, read.Text("text")));
        Assert.Equal(parent.Id, (string?)read.ParentHeader["msg_id"]);
        Assert.Equal(Identity, Assert.Single(read.Identities));
    }

    [Fact]
    public void Signs_as_the_protocol_says()
    {
        var frames = new MessageCodec("secret").Encode(New([]));
        var signed = System.Security.Cryptography.HMACSHA256.HashData("secret"u8, frames.Skip(2).SelectMany(f => f).ToArray());
        Assert.Equal(Convert.ToHexStringLower(signed), Encoding.ASCII.GetString(frames[1]));
    }

    [Fact]
    public void Refuses_another_keys_signature() =>
        Assert.Equal(
            "A message's signature does not fit the connection's key.",
            Assert.Throws<InvalidDataException>(() => new MessageCodec("a").Decode(new MessageCodec("b").Encode(New([])))).Message
        );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Refuses_a_message_that_is_cut_off(int frames)
    {
        var codec = new MessageCodec("key");
        Assert.Throws<InvalidDataException>(() => codec.Decode([.. codec.Encode(New([])).Take(frames)]));
    }

    private static Message New(JsonObject content) => Message.Create("request", content, "session", null, []);
}
