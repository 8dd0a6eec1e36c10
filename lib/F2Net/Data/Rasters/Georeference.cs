using System.Globalization;
using System.Runtime.InteropServices;
using System.Security;

namespace F2Net.Data.Rasters;

/// <summary>
/// GDAL's six numbers, in its order: x = OriginX + column PixelWidth + row RowRotation, y = OriginY + column ColumnRotation +
/// row PixelHeight, where (0, 0) is the upper left pixel's outer corner. PixelHeight is negative where north is up.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct GeoTransform(
    double OriginX,
    double PixelWidth,
    double RowRotation,
    double OriginY,
    double ColumnRotation,
    double PixelHeight
)
{
    /// <summary>For people: corner and pixel, and the rotations where there are some.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"corner at ({OriginX:G9}, {OriginY:G9}), pixels of {PixelWidth:G9} x {PixelHeight:G9}")
        + (
            (RowRotation, ColumnRotation) is (0, 0)
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", turned by ({RowRotation:G9}, {ColumnRotation:G9})")
        );
}

/// <summary>Where a raster lies on the ground.</summary>
/// <param name="CoordinateSystem">WKT; empty where the source does not say.</param>
public sealed record Georeference(GeoTransform Transform, string CoordinateSystem)
{
    /// <summary>
    /// Writes what a PNG or JPEG cannot hold beside it, as GIS programs look for it: a world file (.pgw, .jgw), whose origin is the
    /// upper left pixel's centre, and NAME.png.aux.xml with the coordinate system.
    /// </summary>
    public void WriteBeside(string imagePath)
    {
        var t = Transform;
        double[] lines =
        [
            t.PixelWidth,
            t.ColumnRotation,
            t.RowRotation,
            t.PixelHeight,
            t.OriginX + (t.PixelWidth + t.RowRotation) / 2,
            t.OriginY + (t.ColumnRotation + t.PixelHeight) / 2,
        ];
        var world = string.Concat(lines.Select(v => v.ToString("R", CultureInfo.InvariantCulture) + "\n"));
        OutputFile.Write(WorldFile(imagePath), partial => File.WriteAllText(partial, world));
        if (CoordinateSystem.Length > 0)
        {
            var srs = $"<PAMDataset>\n  <SRS>{SecurityElement.Escape(CoordinateSystem)}</SRS>\n</PAMDataset>\n";
            OutputFile.Write(imagePath + ".aux.xml", partial => File.WriteAllText(partial, srs));
        }
    }

    /// <summary>Removes the files that <see cref="WriteBeside"/> makes, where there are any.</summary>
    internal static void RemoveBeside(string imagePath)
    {
        File.Delete(WorldFile(imagePath));
        File.Delete(imagePath + ".aux.xml");
    }

    /// <summary>NAME.jpg -> NAME.jgw, NAME.png -> NAME.pgw: the extension's first and last letter and a w; NAME -> NAME.wld.</summary>
    public static string WorldFile(string imagePath)
    {
        var extension = Path.GetExtension(imagePath);
        return extension.Length < 2 ? imagePath + ".wld" : Path.ChangeExtension(imagePath, $"{extension[1]}{extension[^1]}w");
    }
}
