using System.Runtime.InteropServices;
using F2Net.Data.Rasters;

namespace F2Net.Data.Polygons;

/// <summary>One layer of a vector file: GeoPackage, Shapefile, GeoJSON and whatever else the machine's GDAL reads.</summary>
internal sealed class VectorLayer : IDisposable
{
    private readonly GdalDataset dataset;
    private readonly nint layer;

    /// <param name="name">May be null where the file has one layer.</param>
    /// <exception cref="UserException">The file is missing or no vector file, or has no such layer, or several and none is named.</exception>
    public VectorLayer(string path, string? name)
    {
        Gdal.Require();
        if (!Path.Exists(path))
            throw new UserException($"{path} does not exist; check the path.");
        Gdal.CPLErrorReset();
        dataset = Gdal.GDALOpenEx(path, Ogr.OpenVector, 0, 0, 0);
        if (dataset.IsInvalid)
            throw new UserException(
                $"{path} is not a vector file that can be read; give a GeoPackage, a Shapefile or GeoJSON.",
                new IOException(Gdal.LastError)
            );
        try
        {
            layer = Find(path, name);
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
        Attributes = AttributesOf(Ogr.OGR_L_GetLayerDefn(layer));
    }

    /// <summary>Names of what is stored beside each geometry.</summary>
    public IReadOnlyList<string> Attributes { get; }

    /// <summary>An OGRSpatialReferenceH on loan; 0 where the file does not say.</summary>
    public nint CoordinateSystem => Ogr.OGR_L_GetSpatialRef(layer);

    /// <summary>Leaves out what does not touch a rectangle, in the layer's own coordinates.</summary>
    public void Only((double MinX, double MinY, double MaxX, double MaxY) bounds) =>
        Ogr.OGR_L_SetSpatialFilterRect(layer, bounds.MinX, bounds.MinY, bounds.MaxX, bounds.MaxY);

    /// <summary>Polygons in the file's order, each the caller's to destroy, with their value of an attribute; null where they have none.</summary>
    /// <param name="attribute">Place in <see cref="Attributes"/>; negative for none.</param>
    public IEnumerable<(nint Geometry, string? Value)> Polygons(int attribute)
    {
        Ogr.OGR_L_ResetReading(layer);
        for (var feature = Ogr.OGR_L_GetNextFeature(layer); feature != 0; feature = Ogr.OGR_L_GetNextFeature(layer))
        {
            var value =
                attribute >= 0 && Ogr.OGR_F_IsFieldSetAndNotNull(feature, attribute) != 0
                    ? Marshal.PtrToStringUTF8(Ogr.OGR_F_GetFieldAsString(feature, attribute))
                    : null;
            var geometry = Ogr.OGR_F_StealGeometry(feature);
            Ogr.OGR_F_Destroy(feature);
            if (geometry == 0)
                continue;
            if (Ogr.OGR_G_GetDimension(geometry) == 2)
                yield return (geometry, value);
            else
                Ogr.OGR_G_DestroyGeometry(geometry);
        }
    }

    public void Dispose() => dataset.Dispose();

    private nint Find(string path, string? name)
    {
        var layers = Enumerable.Range(0, Ogr.GDALDatasetGetLayerCount(dataset)).Select(i => Ogr.GDALDatasetGetLayer(dataset, i)).ToList();
        var names = layers.Select(l => Marshal.PtrToStringUTF8(Ogr.OGR_L_GetName(l)) ?? "").ToList();
        if (name is not null)
            return names.IndexOf(name) is >= 0 and var i
                ? layers[i]
                : throw new UserException($"{path} has no layer \"{name}\"; name one of {Quoted(names.Order(StringComparer.Ordinal))}.");
        return layers.Count switch
        {
            0 => throw new UserException($"{path} has no layer; give a file with polygons."),
            1 => layers[0],
            _ => throw new UserException($"{path} has {layers.Count} layers; name one of {Quoted(names.Order(StringComparer.Ordinal))}."),
        };
    }

    private static string[] AttributesOf(nint definition) =>
        [
            .. Enumerable
                .Range(0, Ogr.OGR_FD_GetFieldCount(definition))
                .Select(i => Marshal.PtrToStringUTF8(Ogr.OGR_Fld_GetNameRef(Ogr.OGR_FD_GetFieldDefn(definition, i))) ?? ""),
        ];

    internal static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
