using System.Runtime.InteropServices;

namespace F2Net;

/// <summary>The environment that native libraries read when they load; .NET's own is a copy that they do not see.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable, on Linux; elsewhere nothing.</summary>
    internal static void Set(string name, string value, bool overwrite = true)
    {
        if (OperatingSystem.IsLinux())
            _ = setenv(name, value, overwrite ? 1 : 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
