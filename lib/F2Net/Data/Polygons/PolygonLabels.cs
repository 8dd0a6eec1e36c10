using System.Globalization;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;

namespace F2Net.Data.Polygons;

/// <summary>
/// Burns the polygons of a vector file into a mask on an image's grid: a pixel takes the class of a polygon in which its centre lies.
/// Where polygons of several classes overlap, the class that stands later in the list wins, so "land" before "lake" lets lakes lie in land.
/// </summary>
public static class PolygonLabels
{
    /// <remarks>
    /// Polygons in another coordinate system than the image's are brought into it corner by corner; their edges stay straight. Points and lines are
    /// left aside.
    /// </remarks>
    /// <param name="vectorFile">GeoPackage, Shapefile, GeoJSON or what else GDAL reads.</param>
    /// <param name="imageFile">A picture that says where it lies.</param>
    /// <param name="attribute">Holds each polygon's class, by name or by id; null where all are of one class.</param>
    /// <param name="classes">A class's place is its id.</param>
    /// <param name="background">The value of pixels in no polygon: a class's id, or the ignore index.</param>
    /// <param name="className">The one class of all polygons, where <paramref name="attribute"/> is null.</param>
    /// <param name="layer">Needed where the file has several.</param>
    /// <exception cref="UserException">
    /// A file is missing or of another kind; the image does not say where it lies, or only one of both its coordinate system; layer, attribute, a
    /// polygon's class or <paramref name="className"/> is unknown; no polygon touches the image, and the background is no class.
    /// </exception>
    public static Mask Burn(
        string vectorFile,
        string imageFile,
        string? attribute,
        IReadOnlyList<ClassInfo> classes,
        byte background,
        string? className = null,
        string? layer = null
    )
    {
        if (attribute is null == className is null)
            throw new UserException(
                $"{vectorFile}: either an attribute says each polygon's class, or all are of one named class; give one of the two."
            );
        using var image = new Raster(imageFile);
        var place =
            image.Georeference
            ?? throw new UserException(
                $"{imageFile} does not say where it lies, so no polygon can be laid on it; give a GeoTIFF, or put a world file beside it."
            );
        using var vectors = new VectorLayer(vectorFile, layer);
        var field = attribute is null ? -1 : FieldOf(vectorFile, vectors, attribute);
        using var transform = LayerTransform.Between(vectorFile, vectors.CoordinateSystem, imageFile, place.CoordinateSystem);
        if (transform.ToLayer(BoundsOf(place.Transform, image.Width, image.Height)) is { } bounds)
            vectors.Only(bounds);

        var polygons = vectors.Polygons(field).ToList();
        try
        {
            // Where nothing touches an image, all of it is background, if that is a class.
            if (polygons.Count == 0 && background >= classes.Count)
                throw new UserException(
                    $"{vectorFile} has no polygon that touches {imageFile}; check that both show one place and say their coordinate systems rightly."
                );
            var ids = IdsOf(vectorFile, attribute, className, classes, [.. polygons.Select(p => p.Value)]);
            foreach (var (geometry, _) in polygons)
                transform.ToImage(geometry);
            // Sorting is stable, so polygons of one class keep the file's order.
            var burned = polygons.Zip(ids, (p, id) => (p.Geometry, Id: (double)id)).OrderBy(p => p.Id).ToList();
            return Rasterized(image, place.Transform, [.. burned.Select(p => p.Geometry)], [.. burned.Select(p => p.Id)], background);
        }
        finally
        {
            foreach (var (geometry, _) in polygons)
                Ogr.OGR_G_DestroyGeometry(geometry);
        }
    }

    private static int FieldOf(string vectorFile, VectorLayer layer, string attribute)
    {
        for (var field = 0; field < layer.Attributes.Count; field++)
            if (layer.Attributes[field] == attribute)
                return field;
        var there = layer.Attributes.Count > 0 ? $"it has {VectorLayer.Quoted(layer.Attributes)}" : "it has none";
        throw new UserException($"{vectorFile} has no attribute \"{attribute}\"; {there}.");
    }

    /// <summary>The smallest rectangle on the ground that holds the image, turned or not.</summary>
    private static (double MinX, double MinY, double MaxX, double MaxY) BoundsOf(GeoTransform t, int width, int height)
    {
        (int Column, int Row)[] corners = [(0, 0), (width, 0), (0, height), (width, height)];
        var x = corners.Select(c => t.OriginX + c.Column * t.PixelWidth + c.Row * t.RowRotation).ToList();
        var y = corners.Select(c => t.OriginY + c.Column * t.ColumnRotation + c.Row * t.PixelHeight).ToList();
        return (x.Min(), y.Min(), x.Max(), y.Max());
    }

    private static int[] IdsOf(string vectorFile, string? attribute, string? className, IReadOnlyList<ClassInfo> classes, string?[] values)
    {
        var named = classes.Index().ToDictionary(c => c.Item.Name, c => c.Index, StringComparer.Ordinal);
        if (className is not null)
            return named.TryGetValue(className, out var all)
                ? [.. Enumerable.Repeat(all, values.Length)]
                : throw new UserException($"\"{className}\" is no class; name one of {VectorLayer.Quoted(named.Keys)}.");

        var ids = values.Select(v => IdOf(v, named)).ToArray();
        var unknown = values.Where((_, i) => ids[i] < 0).CountBy(v => v is null ? "nothing" : $"\"{v}\"").ToList();
        if (unknown.Count == 0)
            return ids;
        const int MostNamed = 5;
        var counted = unknown.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Take(MostNamed);
        throw new UserException(
            $"{vectorFile}: attribute \"{attribute}\" holds what is no class ("
                + string.Join(", ", counted.Select(v => $"{v.Key} in {v.Value} {(v.Value == 1 ? "polygon" : "polygons")}"))
                + (unknown.Count > MostNamed ? $", and {unknown.Count - MostNamed} values more" : "")
                + $"); the classes are {string.Join(", ", classes.Select((c, id) => $"\"{c.Name}\" ({id})"))}."
        );
    }

    /// <summary>A name goes before an id, should a class be called "2"; -1 for no class.</summary>
    private static int IdOf(string? value, Dictionary<string, int> named)
    {
        if (value is null)
            return -1;
        if (named.TryGetValue(value, out var id))
            return id;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id < named.Count ? id : -1;
    }

    private static Mask Rasterized(Raster image, GeoTransform transform, nint[] geometries, double[] ids, byte background)
    {
        var mask = new Mask(image.Width, image.Height, new byte[(long)image.Width * image.Height]);
        using var grid = Gdal.GDALCreate(Gdal.GDALGetDriverByName("MEM"), "", image.Width, image.Height, 1, Gdal.Byte, [null]);
        Gdal.CPLErrorReset();
        if (
            grid.IsInvalid
            || Gdal.GDALSetGeoTransform(grid, transform) != 0
            || Ogr.GDALFillRaster(Gdal.GDALGetRasterBand(grid, 1), background, 0) != 0
            || Ogr.GDALRasterizeGeometries(grid, 1, [1], geometries.Length, geometries, 0, 0, ids, 0, 0, 0) != 0
        )
            throw new IOException(Gdal.LastError);
        Raster.Transfer(grid, Gdal.Read, new PixelWindow(0, 0, image.Width, image.Height), 1, mask.Ids);
        return mask;
    }
}
