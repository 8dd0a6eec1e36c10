using F2Net.Kernel.Notebooks;

namespace F2Net.Cli;

/// <summary>How this program is started as a kernel.</summary>
internal static class KernelStart
{
    /// <summary>The running dotnet and this program by their paths: front-ends start kernels with whatever PATH they have.</summary>
    internal static KernelProgram Command { get; } =
        new(DotNet(), [Path.Combine(AppContext.BaseDirectory, typeof(KernelStart).Assembly.GetName().Name + ".dll"), "kernel", "run"]);

    /// <summary>The settings of lib/f2net, which a front-end does not go through.</summary>
    internal static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string> { ["GOMP_SPINCOUNT"] = "10000", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };

    private static string DotNet()
    {
        var muxer = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dotnet"));
        return File.Exists(muxer) ? muxer : "dotnet";
    }
}
