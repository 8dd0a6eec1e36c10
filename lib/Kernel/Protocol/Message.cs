using System.Text.Json.Nodes;

namespace F2Net.Kernel.Protocol;

/// <summary>One message of Jupyter's protocol.</summary>
/// <param name="Identities">Who sent it or shall get it (ROUTER sockets), or the topic (iopub).</param>
internal sealed record Message(
    IReadOnlyList<byte[]> Identities,
    JsonObject Header,
    JsonObject ParentHeader,
    JsonObject Metadata,
    JsonObject Content
)
{
    internal const string ProtocolVersion = "5.3";

    internal string Type => Header["msg_type"]!.GetValue<string>();

    internal string Id => Header["msg_id"]!.GetValue<string>();

    /// <summary>A new message with a fresh id.</summary>
    internal static Message Create(string type, JsonObject content, string session, Message? parent, IReadOnlyList<byte[]> identities) =>
        new(
            identities,
            new JsonObject
            {
                ["msg_id"] = Guid.NewGuid().ToString(),
                ["session"] = session,
                ["username"] = Environment.UserName,
                ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
                ["msg_type"] = type,
                ["version"] = ProtocolVersion,
            },
            parent is null ? [] : parent.Header.DeepClone().AsObject(),
            [],
            content
        );

    /// <summary>A field of the content that is text, or <paramref name="otherwise"/> where it is absent or something else.</summary>
    internal string Text(string name, string otherwise = "") =>
        Content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : otherwise;

    internal bool Flag(string name, bool otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    internal int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : otherwise;
}
