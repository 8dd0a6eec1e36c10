using System.Runtime.InteropServices;
using F2Net.Data.Rasters;

namespace F2Net.Data.Polygons;

/// <summary>
/// The part of GDAL's C API for vector files (ogr_api.h, ogr_srs_api.h, gdal_alg.h) that the kit uses; <see cref="Gdal.Require"/> comes first.
/// Pointers that a dataset lends (layers, definitions, a layer's coordinate system) live as long as the dataset is open.
/// </summary>
internal static partial class Ogr
{
    public const int OpenVector = 0x04,
        TraditionalAxisOrder = 0;

    private const string Library = "gdal";

    [LibraryImport(Library)]
    public static partial int GDALDatasetGetLayerCount(GdalDataset dataset);

    [LibraryImport(Library)]
    public static partial nint GDALDatasetGetLayer(GdalDataset dataset, int index);

    [LibraryImport(Library)]
    public static partial nint OGR_L_GetName(nint layer);

    [LibraryImport(Library)]
    public static partial nint OGR_L_GetSpatialRef(nint layer);

    [LibraryImport(Library)]
    public static partial nint OGR_L_GetLayerDefn(nint layer);

    [LibraryImport(Library)]
    public static partial int OGR_FD_GetFieldCount(nint definition);

    [LibraryImport(Library)]
    public static partial nint OGR_FD_GetFieldDefn(nint definition, int index);

    [LibraryImport(Library)]
    public static partial nint OGR_Fld_GetNameRef(nint field);

    [LibraryImport(Library)]
    public static partial void OGR_L_SetSpatialFilterRect(nint layer, double minX, double minY, double maxX, double maxY);

    [LibraryImport(Library)]
    public static partial void OGR_L_ResetReading(nint layer);

    /// <summary>The next feature, the caller's to <see cref="OGR_F_Destroy"/>; 0 after the last one.</summary>
    [LibraryImport(Library)]
    public static partial nint OGR_L_GetNextFeature(nint layer);

    [LibraryImport(Library)]
    public static partial void OGR_F_Destroy(nint feature);

    [LibraryImport(Library)]
    public static partial int OGR_F_IsFieldSetAndNotNull(nint feature, int field);

    [LibraryImport(Library)]
    public static partial nint OGR_F_GetFieldAsString(nint feature, int field);

    /// <summary>The feature's geometry, from now on the caller's to <see cref="OGR_G_DestroyGeometry"/>; 0 without one.</summary>
    [LibraryImport(Library)]
    public static partial nint OGR_F_StealGeometry(nint feature);

    [LibraryImport(Library)]
    public static partial void OGR_G_DestroyGeometry(nint geometry);

    /// <summary>2 for what has an area.</summary>
    [LibraryImport(Library)]
    public static partial int OGR_G_GetDimension(nint geometry);

    [LibraryImport(Library)]
    public static partial int OGR_G_Transform(nint geometry, nint transformation);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OSRNewSpatialReference(string wkt);

    [LibraryImport(Library)]
    public static partial void OSRDestroySpatialReference(nint system);

    /// <summary>With <see cref="TraditionalAxisOrder"/> x is the longitude, whatever the system's own definition says.</summary>
    [LibraryImport(Library)]
    public static partial void OSRSetAxisMappingStrategy(nint system, int strategy);

    /// <summary>0 where no way leads from one system to the other.</summary>
    [LibraryImport(Library)]
    public static partial nint OCTNewCoordinateTransformation(nint from, nint to);

    [LibraryImport(Library)]
    public static partial void OCTDestroyCoordinateTransformation(nint transformation);

    /// <summary>The rectangle around a rectangle whose edges are transformed point by point; 0 where some point has no image.</summary>
    [LibraryImport(Library)]
    public static partial int OCTTransformBounds(
        nint transformation,
        double minX,
        double minY,
        double maxX,
        double maxY,
        out double outMinX,
        out double outMinY,
        out double outMaxX,
        out double outMaxY,
        int pointsAnEdge
    );

    [LibraryImport(Library)]
    public static partial int GDALFillRaster(nint band, double real, double imaginary);

    /// <summary>Burns geometries in the raster's coordinates in their order: pixels whose centre lies inside take the value.</summary>
    [LibraryImport(Library)]
    public static partial int GDALRasterizeGeometries(
        GdalDataset dataset,
        int bandCount,
        int[] bands,
        int count,
        nint[] geometries,
        nint transformer,
        nint transformerArgument,
        double[] values,
        nint options,
        nint progress,
        nint progressArgument
    );
}
