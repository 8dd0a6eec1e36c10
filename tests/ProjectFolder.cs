namespace F2Net.Tests;

/// <summary>The project's own folder, which the test assembly is built into.</summary>
internal static class ProjectFolder
{
    public static string Path(string relative) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "../../../..", relative));
}
