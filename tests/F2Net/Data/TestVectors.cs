using System.Globalization;
using System.Runtime.InteropServices;
using F2Net.Data.Polygons;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data;

/// <summary>Small vector files, written as GeoJSON text or brought by GDAL into another format.</summary>
internal static class TestVectors
{
    public const string Wgs84 =
        """GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]""";

    private delegate nint OptionsNew(nint arguments, nint forBinary);
    private delegate nint Translate(string path, nint existing, int count, in nint source, nint options, out int usageError);

    /// <summary>Boxes by their edges, each with the JSON of its properties.</summary>
    /// <param name="epsg">Null leaves GeoJSON's own system, WGS 84.</param>
    public static string GeoJson(int? epsg, params (double West, double South, double East, double North, string Properties)[] boxes)
    {
        var system = epsg is null
            ? ""
            : $$$"""
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::{{{epsg}}}"}},
                """;
        var features = boxes.Select(b =>
        {
            (double, double)[] ring = [(b.West, b.South), (b.East, b.South), (b.East, b.North), (b.West, b.North), (b.West, b.South)];
            var corners = string.Join(", ", ring.Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.Item1:R}, {p.Item2:R}]")));
            return $$$"""{"type": "Feature", "properties": {{{b.Properties}}}, "geometry": {"type": "Polygon", "coordinates": [[{{{corners}}}]]}}""";
        });
        return $$"""{"type": "FeatureCollection", {{system}} "features": [{{string.Join(", ", features)}}]}""";
    }

    /// <summary>The same features in the format that the extension names: .shp or .gpkg.</summary>
    public static void Convert(string from, string to)
    {
        Gdal.Require();
        var library = Gdal.Load(Gdal.Names);
        using var source = Gdal.GDALOpenEx(from, Ogr.OpenVector, 0, 0, 0);
        Assert.False(source.IsInvalid);
        var options = Export<OptionsNew>(library, "GDALVectorTranslateOptionsNew")(0, 0);
        var handle = source.DangerousGetHandle();
        var written = Export<Translate>(library, "GDALVectorTranslate")(to, 0, 1, handle, options, out _);
        Assert.NotEqual(0, written);
        Gdal.GDALClose(written);
    }

    private static T Export<T>(nint library, string name) =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
}
