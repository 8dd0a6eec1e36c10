using System.Runtime.InteropServices;
using System.Text;

namespace F2Net.Kernels.Cuda;

/// <summary>NVIDIA's run-time compiler, which every libtorch for CUDA brings along.</summary>
internal static unsafe class Nvrtc
{
    private static readonly nint Library = Find();

    private static readonly delegate* unmanaged[Cdecl]<out nint, byte*, byte*, int, byte**, byte**, int> CreateProgram =
        (delegate* unmanaged[Cdecl]<out nint, byte*, byte*, int, byte**, byte**, int>)Export("nvrtcCreateProgram");

    private static readonly delegate* unmanaged[Cdecl]<nint, int, byte**, int> CompileProgram = (delegate* unmanaged[Cdecl]<
        nint,
        int,
        byte**,
        int>)Export("nvrtcCompileProgram");

    private static readonly delegate* unmanaged[Cdecl]<nint, out nuint, int> GetLogSize = (delegate* unmanaged[Cdecl]<
        nint,
        out nuint,
        int>)Export("nvrtcGetProgramLogSize");

    private static readonly delegate* unmanaged[Cdecl]<nint, byte*, int> GetLog = (delegate* unmanaged[Cdecl]<nint, byte*, int>)Export(
        "nvrtcGetProgramLog"
    );

    private static readonly delegate* unmanaged[Cdecl]<nint, out nuint, int> GetImageSize = (delegate* unmanaged[Cdecl]<
        nint,
        out nuint,
        int>)Export("nvrtcGetCUBINSize");

    private static readonly delegate* unmanaged[Cdecl]<nint, byte*, int> GetImage = (delegate* unmanaged[Cdecl]<nint, byte*, int>)Export(
        "nvrtcGetCUBIN"
    );

    private static readonly delegate* unmanaged[Cdecl]<ref nint, int> DestroyProgram = (delegate* unmanaged[Cdecl]<ref nint, int>)Export(
        "nvrtcDestroyProgram"
    );

    internal static bool IsThere => Library != 0;

    /// <summary>Machine code for one architecture.</summary>
    /// <exception cref="InvalidOperationException">The source has an error; the message is the compiler's.</exception>
    internal static byte[] Compile(string source, string name, IReadOnlyList<string> options)
    {
        var texts = new[] { source, name }.Concat(options).Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        nint program = 0;
        try
        {
            Check(CreateProgram(out program, (byte*)texts[0], (byte*)texts[1], 0, null, null), "nvrtcCreateProgram");
            fixed (nint* first = texts)
                if (CompileProgram(program, options.Count, (byte**)(first + 2)) != 0)
                    throw new InvalidOperationException($"{name} does not compile: {Log(program)}");
            Check(GetImageSize(program, out var size), "nvrtcGetCUBINSize");
            var image = new byte[size];
            fixed (byte* to = image)
                Check(GetImage(program, to), "nvrtcGetCUBIN");
            return image;
        }
        finally
        {
            if (program != 0)
                _ = DestroyProgram(ref program);
            foreach (var text in texts)
                Marshal.FreeCoTaskMem(text);
        }
    }

    private static string Log(nint program)
    {
        Check(GetLogSize(program, out var size), "nvrtcGetProgramLogSize");
        var log = new byte[size];
        fixed (byte* to = log)
            Check(GetLog(program, to), "nvrtcGetProgramLog");
        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
            throw new InvalidOperationException($"NVRTC answered {result} to {call}.");
    }

    // Beside libtorch's other CUDA libraries, whatever its version, or wherever the system looks.
    private static nint Find()
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps))
            return 0;
        var folders = File.ReadLines(maps)
            .Where(line =>
                line.Contains("/libcudart", StringComparison.Ordinal) || line.Contains("/libtorch_cuda", StringComparison.Ordinal)
            )
            .Select(line => Path.GetDirectoryName(line[line.IndexOf('/', StringComparison.Ordinal)..])!)
            .Distinct()
            .ToList();
        var beside = folders
            .SelectMany(folder => Directory.GetFiles(folder, "libnvrtc*.so*"))
            .Where(file => !file.Contains("builtins", StringComparison.Ordinal) && !file.Contains(".alt.", StringComparison.Ordinal));
        foreach (var name in beside.Concat(["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"]))
            if (folders.Count > 0 && NativeLibrary.TryLoad(name, out var library))
                return library;
        return 0;
    }

    private static nint Export(string name) => Library == 0 ? 0 : NativeLibrary.GetExport(Library, name);
}
