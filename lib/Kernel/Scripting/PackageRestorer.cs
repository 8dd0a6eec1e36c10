using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using F2Net.Kernel.Display;

namespace F2Net.Kernel.Scripting;

/// <summary>
/// Packages for cells: a generated project that names all of a notebook's packages goes through dotnet restore, so that versions
/// are chosen for all of them together. A project once restored is kept, and found again by what it asks for.
/// </summary>
internal sealed class PackageRestorer(CellLoadContext loader)
{
    private const string Framework = "net10.0";

    private readonly List<PackagePart> asked = [];

    /// <summary>The assemblies of a package and of everything it needs.</summary>
    /// <exception cref="KernelException">The package or its version does not exist, or the feed cannot be reached.</exception>
    internal async Task<IReadOnlyList<string>> RestoreAsync(PackagePart package, string folder, CancellationToken cancellation)
    {
        List<PackagePart> all = [.. asked.Where(a => !a.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase)), package];
        var project = Project(all, folder);
        var home = Path.Combine(CacheFolder(), Hash(project));
        var assets = Path.Combine(home, "assets.json");
        if (!IsUsable(assets))
        {
            await RestoreAsync(package, project, home, cancellation);
            // A restore that fails leaves its file of assets, too; what is moved here is of one that went through.
            File.Move(Path.Combine(home, "obj", "project.assets.json"), assets, overwrite: true);
        }

        asked.Clear();
        asked.AddRange(all);
        return Assemblies(assets);
    }

    private static async Task RestoreAsync(PackagePart package, string project, string home, CancellationToken cancellation)
    {
        var name = package.Version is null ? package.Id : $"{package.Id} {package.Version}";
        var shown = DisplayFunctions.display(new HtmlContent($"Installing {name} …"));
        Directory.CreateDirectory(home);
        var file = Path.Combine(home, "packages.csproj");
        await File.WriteAllTextAsync(file, project, cancellation);

        var start = new ProcessStartInfo(DotNet, ["restore", file, "-v", "q", "-nologo"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        // By the token alone: after an interrupt nothing behind an await runs any more.
        using var stopped = cancellation.Register(() => process.Kill(entireProcessTree: true));
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new KernelException($"{name} cannot be installed: {FirstError(await output + await errors)}");

        shown.Update(new HtmlContent($"Installed {name} in {clock.Elapsed.TotalSeconds:F1} s."));
    }

    /// <summary>The running dotnet, which needs no PATH.</summary>
    private static string DotNet =>
        Path.GetFullPath(Path.Combine(FrameworkReferences.Folder, "../../../dotnet")) is var path && File.Exists(path) ? path : "dotnet";

    private static string Project(IEnumerable<PackagePart> packages, string folder) =>
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("TargetFramework", Framework),
                new XElement("RuntimeIdentifier", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier),
                new XElement("SelfContained", "false"),
                new XElement("UseAppHost", "false"),
                // The notebook's own nuget.config, and those above it, say where packages come from.
                new XElement("RestoreRootConfigDirectory", folder)
            ),
            new XElement(
                "ItemGroup",
                packages.Select(p => new XElement(
                    "PackageReference",
                    new XAttribute("Include", p.Id),
                    new XAttribute("Version", p.Version ?? "*")
                ))
            )
        ).ToString();

    private static string CacheFolder() =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "f2net-kernel",
            "packages"
        );

    private static string Hash(string project) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..16];

    /// <summary>Whether an earlier restore went through and the packages it found are still there.</summary>
    private static bool IsUsable(string assets)
    {
        return File.Exists(assets) && Libraries(assets).All(l => Directory.Exists(l.Folder));
    }

    private List<string> Assemblies(string assets)
    {
        var assemblies = new List<string>();
        foreach (var (folder, library) in Libraries(assets))
        {
            assemblies.AddRange(Files(library, "runtime", folder).Where(f => f.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)));
            foreach (var native in Files(library, "native", folder))
                loader.AddFolder(Path.GetDirectoryName(native)!);
        }

        return assemblies;
    }

    private static IEnumerable<string> Files(JsonObject library, string kind, string folder) =>
        (library[kind]?.AsObject() ?? [])
            .Select(f => Path.GetFullPath(Path.Combine(folder, f.Key)))
            .Where(f => Path.GetFileName(f) != "_._");

    /// <summary>Every package that the restore chose for this machine, with its folder.</summary>
    private static IEnumerable<(string Folder, JsonObject Library)> Libraries(string assets)
    {
        var json = JsonNode.Parse(File.ReadAllText(assets))!;
        var roots = json["packageFolders"]!.AsObject().Select(f => f.Key).ToList();
        var target = json["targets"]!.AsObject().Last(t => t.Key.Contains('/', StringComparison.Ordinal)).Value!.AsObject();
        foreach (var (name, library) in target)
        {
            var path = (string)json["libraries"]![name]!["path"]!;
            var folders = roots.Select(r => Path.Combine(r, path)).ToList();
            yield return (folders.Find(Directory.Exists) ?? folders[0], library!.AsObject());
        }
    }

    /// <summary>The sentence in dotnet restore's output that says what went wrong.</summary>
    private static string FirstError(string output)
    {
        var line = output.Split('\n').FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? output;
        var code = line.IndexOf("error ", StringComparison.OrdinalIgnoreCase);
        return (code < 0 ? line : line[code..]).Split(" [")[0].Trim();
    }
}
