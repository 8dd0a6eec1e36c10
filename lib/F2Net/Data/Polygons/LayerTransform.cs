using F2Net.Data.Rasters;

namespace F2Net.Data.Polygons;

/// <summary>The way between a vector layer's coordinates and an image's; no way at all where neither says its coordinate system.</summary>
internal sealed class LayerTransform : IDisposable
{
    private const int PointsAnEdge = 21;

    private readonly string vectorFile,
        imageFile;
    private readonly nint imageSystem,
        toImage,
        toLayer;

    private LayerTransform(string vectorFile, nint layerSystem, string imageFile, string imageWkt)
    {
        (this.vectorFile, this.imageFile) = (vectorFile, imageFile);
        if (layerSystem == 0)
            return;
        Gdal.CPLErrorReset();
        imageSystem = Ogr.OSRNewSpatialReference(imageWkt);
        Ogr.OSRSetAxisMappingStrategy(imageSystem, Ogr.TraditionalAxisOrder);
        (toImage, toLayer) = (
            Ogr.OCTNewCoordinateTransformation(layerSystem, imageSystem),
            Ogr.OCTNewCoordinateTransformation(imageSystem, layerSystem)
        );
        if (toImage != 0 && toLayer != 0)
            return;
        Dispose();
        throw Fault();
    }

    /// <param name="layerSystem">Lent by the layer; 0 where it does not say.</param>
    /// <param name="imageWkt">Empty where the image does not say.</param>
    /// <exception cref="UserException">Only one of both says its coordinate system, or no way leads from one to the other.</exception>
    public static LayerTransform Between(string vectorFile, nint layerSystem, string imageFile, string imageWkt) =>
        (layerSystem != 0, imageWkt.Length > 0) switch
        {
            (false, true) => throw new UserException(
                $"{vectorFile} does not say its coordinate system, while {imageFile} does; add it (ogr2ogr -a_srs, or the .prj of a Shapefile)."
            ),
            (true, false) => throw new UserException(
                $"{imageFile} does not say its coordinate system, while {vectorFile} does; add it (gdal_translate -a_srs, or an .aux.xml)."
            ),
            _ => new LayerTransform(vectorFile, layerSystem, imageFile, imageWkt),
        };

    /// <summary>Bounds on the image's ground in the layer's coordinates; null where a part of them has no place there.</summary>
    public (double MinX, double MinY, double MaxX, double MaxY)? ToLayer((double MinX, double MinY, double MaxX, double MaxY) bounds)
    {
        if (toLayer == 0)
            return bounds;
        var (minX, minY, maxX, maxY) = bounds;
        var found = Ogr.OCTTransformBounds(toLayer, minX, minY, maxX, maxY, out minX, out minY, out maxX, out maxY, PointsAnEdge) != 0;
        // A rectangle over the date line comes back with its west in the east, and filters nothing rightly.
        return found && minX <= maxX ? (minX, minY, maxX, maxY) : null;
    }

    /// <summary>Brings a geometry into the image's coordinates, in place.</summary>
    /// <exception cref="UserException">Some corner has no place there.</exception>
    public void ToImage(nint geometry)
    {
        if (toImage == 0)
            return;
        Gdal.CPLErrorReset();
        if (Ogr.OGR_G_Transform(geometry, toImage) != 0)
            throw Fault();
    }

    public void Dispose()
    {
        if (toImage != 0)
            Ogr.OCTDestroyCoordinateTransformation(toImage);
        if (toLayer != 0)
            Ogr.OCTDestroyCoordinateTransformation(toLayer);
        if (imageSystem != 0)
            Ogr.OSRDestroySpatialReference(imageSystem);
    }

    private UserException Fault() =>
        new(
            $"{vectorFile} cannot be brought into the coordinate system of {imageFile}; cut it to the image's surroundings first (ogr2ogr -t_srs, -clipdst).",
            new IOException(Gdal.LastError)
        );
}
