using System.Text.Json;
using System.Text.Json.Nodes;
using F2Net.Kernel.Notebooks;

namespace F2Net.Kernel;

/// <summary>Tells Jupyter about the kernel: a folder with a kernel.json, where Jupyter looks for them.</summary>
public static class KernelSpec
{
    private const string OwnName = "f2net-csharp";

    // The name that notebooks written for .NET Interactive carry.
    private const string SharedName = ".net-csharp";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1 };

    /// <summary>Writes the specs and returns their folders. One of the shared name that someone else installed stays as it is.</summary>
    /// <param name="command">Starts the kernel; the connection file's path is appended.</param>
    /// <param name="prefix">A folder to install under, such as a virtual environment's, or null for this user.</param>
    /// <param name="environment">Variables for the kernel's process.</param>
    /// <exception cref="KernelException">The folder cannot be written.</exception>
    public static IReadOnlyList<string> Install(KernelProgram command, string? prefix, IReadOnlyDictionary<string, string> environment)
    {
        var kernels = Path.Combine(prefix is null ? UserData() : Path.Combine(Path.GetFullPath(prefix), "share", "jupyter"), "kernels");
        var folders = new List<string> { Write(kernels, OwnName, command, environment) };
        var others = DataPaths().Select(p => Path.Combine(p, "kernels")).Append(kernels);
        if (others.All(k => IsOwnOrAbsent(Path.Combine(k, SharedName))))
            folders.Add(Write(kernels, SharedName, command, environment));
        return folders;
    }

    private static string Write(string kernels, string name, KernelProgram command, IReadOnlyDictionary<string, string> environment)
    {
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Arguments.Prepend(command.FileName).Append("{connection_file}").Select(a => (JsonNode)a)]),
            ["display_name"] = name == OwnName ? "C# (F2Net)" : ".NET (C#)",
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject(environment.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
            ["metadata"] = new JsonObject { ["implementation"] = OwnName },
        };
        var folder = Path.Combine(kernels, name);
        Disk.Write(Path.Combine(folder, "kernel.json"), spec.ToJsonString(Indented) + "\n");
        return folder;
    }

    /// <summary>Whether a spec of the shared name is missing, or is one that an earlier install wrote.</summary>
    private static bool IsOwnOrAbsent(string folder)
    {
        var file = Path.Combine(folder, "kernel.json");
        try
        {
            return !File.Exists(file) || (string?)JsonNode.Parse(File.ReadAllText(file))?["metadata"]?["implementation"] == OwnName;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string UserData()
    {
        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } own)
            return own;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS()
            ? Path.Combine(home, "Library", "Jupyter")
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data ? data : Path.Combine(home, ".local", "share"),
                "jupyter"
            );
    }

    /// <summary>Where Jupyter looks: the variable's folders, the user's, an active environment's, the system's.</summary>
    private static IEnumerable<string> DataPaths() =>
        [
            .. (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            UserData(),
            .. new[] { "VIRTUAL_ENV", "CONDA_PREFIX" }
                .Select(Environment.GetEnvironmentVariable)
                .Where(p => !string.IsNullOrEmpty(p))
                .Select(p => Path.Combine(p!, "share", "jupyter")),
            "/usr/local/share/jupyter",
            "/usr/share/jupyter",
        ];
}
