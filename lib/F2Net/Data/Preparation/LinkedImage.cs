using System.Runtime.InteropServices;
using F2Net.Data.Rasters;

namespace F2Net.Data.Preparation;

/// <summary>Images that need no change: the download's own file under a second name, so that its bytes stay what they are.</summary>
internal static partial class LinkedImage
{
    /// <summary>Decodes the image once, then links it (copies it where the file system cannot) to <paramref name="stem"/> and its extension.</summary>
    /// <exception cref="UserException">The image is no 8-bit RGB or is damaged; or the folder cannot be written to.</exception>
    public static WrittenImage Write(string image, string stem, CancellationToken cancellation)
    {
        using var raster = Raster.OpenImage(image);
        foreach (var strip in raster.Strips())
        {
            cancellation.ThrowIfCancellationRequested();
            _ = raster.ReadPicture(strip);
        }
        var path = stem + Path.GetExtension(image).ToLowerInvariant();
        OutputFile.Write(
            path,
            partial =>
            {
                File.Delete(partial); // a link is a new name and replaces nothing
                if (!OperatingSystem.IsLinux() || Link(Path.GetFullPath(image), Path.GetFullPath(partial)) != 0)
                    File.Copy(image, partial);
            }
        );
        // A place that stood in a sidecar did not come along.
        if (raster.Georeference is { } place)
        {
            using var linked = new Raster(path);
            if (linked.Georeference != place)
                place.WriteBeside(path);
        }
        return new WrittenImage(path);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
