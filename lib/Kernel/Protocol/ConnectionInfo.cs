using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace F2Net.Kernel.Protocol;

/// <summary>A connection file: where the five channels of one kernel are, and the key that signs its messages.</summary>
internal sealed record ConnectionInfo(
    string Transport,
    string Address,
    int Shell,
    int Control,
    int IoPub,
    int StandardInput,
    int Heartbeat,
    string Key
)
{
    /// <exception cref="KernelException">The file is absent or not a connection file.</exception>
    internal static ConnectionInfo Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            var scheme = json["signature_scheme"]?.GetValue<string>() ?? "hmac-sha256";
            if (scheme != "hmac-sha256")
                throw new KernelException($"{path} asks for the signature scheme '{scheme}'; the kernel knows hmac-sha256.");
            int Port(string name) => json[name]!.GetValue<int>();
            return new ConnectionInfo(
                json["transport"]?.GetValue<string>() ?? "tcp",
                json["ip"]!.GetValue<string>(),
                Port("shell_port"),
                Port("control_port"),
                Port("iopub_port"),
                Port("stdin_port"),
                Port("hb_port"),
                json["key"]?.GetValue<string>() ?? ""
            );
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or NullReferenceException or InvalidOperationException)
        {
            throw new KernelException($"{path} is not a Jupyter connection file that can be read; Jupyter writes one for each kernel.", e);
        }
    }

    /// <summary>Writes the file where only this user reads it: the key in it lets a client run code.</summary>
    internal void Write(string path)
    {
        var json = new JsonObject
        {
            ["transport"] = Transport,
            ["ip"] = Address,
            ["shell_port"] = Shell,
            ["control_port"] = Control,
            ["iopub_port"] = IoPub,
            ["stdin_port"] = StandardInput,
            ["hb_port"] = Heartbeat,
            ["key"] = Key,
            ["signature_scheme"] = "hmac-sha256",
            ["kernel_name"] = "f2net-csharp",
        };
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>The endpoint of one channel.</summary>
    internal string Endpoint(int port) => Transport == "ipc" ? $"ipc://{Address}-{port}" : $"{Transport}://{Address}:{port}";
}
