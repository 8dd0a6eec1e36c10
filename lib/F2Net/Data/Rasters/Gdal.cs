using System.Runtime.InteropServices;

namespace F2Net.Data.Rasters;

/// <summary>
/// The part of GDAL's C API (gdal.h, cpl_error.h, cpl_conv.h) that the kit uses, over whatever libgdal the machine has.
/// GDAL prints nothing: its errors are read back with <see cref="LastError"/> on the thread that made the call.
/// </summary>
internal static partial class Gdal
{
    /// <summary>The variable that names a libgdal to use in place of those looked for.</summary>
    public const string LibraryVariable = "F2NET_GDAL";
    public const int OpenRaster = 0x02,
        Byte = 1,
        Read = 0,
        Write = 1;

    private const string Library = "gdal";
    private const int Failure = 3;
    private static readonly Lock gate = new();
    private static bool ready;

    /// <summary>Loads libgdal once, registers its formats and silences its printing.</summary>
    /// <exception cref="UserException">No libgdal on this machine.</exception>
    public static void Require()
    {
        lock (gate)
        {
            if (ready)
                return;
            // libgdal brings OpenBLAS along, which is told its kernels when libtorch loads; that has to come first.
            _ = TorchSharp.torch.get_num_threads();
            var library = Load(Environment.GetEnvironmentVariable(LibraryVariable) is { Length: > 0 } named ? [named] : Names);
            NativeLibrary.SetDllImportResolver(typeof(Gdal).Assembly, (name, _, _) => name == Library ? library : 0);
            CPLSetErrorHandler(NativeLibrary.GetExport(library, "CPLQuietErrorHandler"));
            // libjpeg only warns when a file is cut short, and the rest of the picture would be grey.
            CPLSetConfigOption("GDAL_ERROR_ON_LIBJPEG_WARNING", "TRUE");
            GDALAllRegister();
            ready = true;
        }
    }

    /// <summary>Names of libgdal: the developer's link, then the sonames of GDAL 3.4 to 3.14, then macOS and Windows.</summary>
    public static IEnumerable<string> Names =>
        ["libgdal.so", .. Enumerable.Range(30, 11).Select(n => $"libgdal.so.{n}"), "libgdal.dylib", "gdal.dll"];

    /// <exception cref="UserException">None of the names loads.</exception>
    public static nint Load(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, out var library))
                return library;
        throw new UserException(
            $"libgdal, which reads and writes pictures, was not found on this machine; run .devcontainer/setup.sh, or set {LibraryVariable} to its path."
        );
    }

    /// <summary>GDAL's message if a call on this thread failed since <see cref="CPLErrorReset"/>, else null.</summary>
    public static string? LastError => CPLGetLastErrorType() >= Failure ? Marshal.PtrToStringUTF8(CPLGetLastErrorMsg()) : null;

    [LibraryImport(Library)]
    public static partial void GDALAllRegister();

    [LibraryImport(Library)]
    private static partial nint CPLSetErrorHandler(nint handler);

    [LibraryImport(Library)]
    public static partial void CPLErrorReset();

    [LibraryImport(Library)]
    private static partial int CPLGetLastErrorType();

    [LibraryImport(Library)]
    private static partial nint CPLGetLastErrorMsg();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void CPLSetConfigOption(string key, string? value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void CPLSetThreadLocalConfigOption(string key, string? value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial GdalDataset GDALOpenEx(string path, int flags, nint drivers, nint options, nint siblings);

    [LibraryImport(Library)]
    public static partial void GDALClose(nint dataset);

    [LibraryImport(Library)]
    public static partial int GDALGetRasterXSize(GdalDataset dataset);

    [LibraryImport(Library)]
    public static partial int GDALGetRasterYSize(GdalDataset dataset);

    [LibraryImport(Library)]
    public static partial int GDALGetRasterCount(GdalDataset dataset);

    [LibraryImport(Library)]
    public static partial nint GDALGetRasterBand(GdalDataset dataset, int band);

    [LibraryImport(Library)]
    public static partial int GDALGetRasterDataType(nint band);

    [LibraryImport(Library)]
    public static partial nint GDALGetDataTypeName(int type);

    [LibraryImport(Library)]
    public static partial nint GDALGetRasterColorTable(nint band);

    [LibraryImport(Library)]
    public static partial int GDALSetRasterColorTable(nint band, nint table);

    [LibraryImport(Library)]
    public static partial nint GDALCreateColorTable(int interpretation);

    [LibraryImport(Library)]
    public static partial void GDALDestroyColorTable(nint table);

    [LibraryImport(Library)]
    public static partial int GDALGetColorEntryCount(nint table);

    [LibraryImport(Library)]
    public static partial int GDALGetColorEntryAsRGB(nint table, int index, out GdalColour colour);

    [LibraryImport(Library)]
    public static partial void GDALSetColorEntry(nint table, int index, in GdalColour colour);

    [LibraryImport(Library)]
    public static partial int GDALGetGeoTransform(GdalDataset dataset, out GeoTransform transform);

    [LibraryImport(Library)]
    public static partial int GDALSetGeoTransform(GdalDataset dataset, in GeoTransform transform);

    [LibraryImport(Library)]
    public static partial nint GDALGetProjectionRef(GdalDataset dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GDALSetProjection(GdalDataset dataset, string wkt);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GDALGetDriverByName(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial GdalDataset GDALCreate(nint driver, string path, int width, int height, int bands, int type, string?[] options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial GdalDataset GDALCreateCopy(
        nint driver,
        string path,
        GdalDataset source,
        int strict,
        string?[] options,
        GdalProgress? progress,
        nint progressData
    );

    /// <summary>A file that GDAL wrote in memory; seized, it is the caller's to <see cref="VSIFree"/>.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint VSIGetMemFileBuffer(string path, out ulong length, int unlinkAndSeize);

    [LibraryImport(Library)]
    public static partial void VSIFree(nint memory);

    /// <summary>Reads or writes a window of all bands at once; buffer strides in bytes, 64 bit.</summary>
    [LibraryImport(Library)]
    public static partial int GDALDatasetRasterIOEx(
        GdalDataset dataset,
        int direction,
        int x,
        int y,
        int width,
        int height,
        ref byte buffer,
        int bufferWidth,
        int bufferHeight,
        int bufferType,
        int bandCount,
        nint bandMap,
        long pixelSpace,
        long lineSpace,
        long bandSpace,
        nint extra
    );
}

/// <summary>GDALProgressFunc: gets the share that is done, and stops the work by returning 0.</summary>
[UnmanagedFunctionPointer(CallingConvention.Cdecl)]
internal delegate int GdalProgress(double done, nint message, nint data);

/// <summary>GDALColorEntry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct GdalColour(short R, short G, short B, short A);

/// <summary>A GDALDatasetH; closing flushes what was written.</summary>
internal sealed class GdalDataset : SafeHandle
{
    public GdalDataset()
        : base(0, ownsHandle: true) { }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Gdal.GDALClose(handle);
        return true;
    }
}
