using F2Net.Data;
using F2Net.Data.Pictures;
using F2Net.Data.Polygons;
using F2Net.Data.Rasters;

namespace F2Net.Tests.Data.Polygons;

public sealed class PolygonLabelsTests : IDisposable
{
    private static readonly ClassInfo[] Classes = [new("sea", default), new("land", default), new("lake", default)];

    /// <summary>10° E, 50° N at the upper left corner; a tenth of a degree a pixel.</summary>
    private static readonly GeoTransform Grid = new(10, 0.1, 0, 50, 0, -0.1);

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_pixel_takes_the_class_in_whose_polygon_its_centre_lies()
    {
        // Centres are at 10.05, 10.15 … and 49.95, 49.85 …: the box holds the columns 1 to 3 and the rows 1 and 2.
        var labels = Burn(TestVectors.GeoJson(null, (10.14, 49.74, 10.36, 49.86, """{"kind": "land"}""")));
        Assert.Equal(
            """
            .......
            .111...
            .111...
            .......
            .......
            """,
            labels
        );
    }

    [Fact]
    public void A_later_class_lies_over_an_earlier_one_whatever_the_order_in_the_file()
    {
        var labels = Burn(
            TestVectors.GeoJson(null, (10.2, 49.7, 10.4, 49.9, """{"kind": "lake"}"""), (10.1, 49.6, 10.6, 50, """{"kind": "land"}"""))
        );
        Assert.Equal(
            """
            .11111.
            .12211.
            .12211.
            .11111.
            .......
            """,
            labels
        );
    }

    [Theory]
    [InlineData("""{"kind": 2}""")]
    [InlineData("""{"kind": "2"}""")]
    [InlineData("""{"kind": 2.0}""")]
    public void Classes_may_be_given_by_id(string properties) =>
        Assert.Equal(
            """
            2222222
            2222222
            .......
            .......
            .......
            """,
            Burn(TestVectors.GeoJson(null, (0, 49.8, 20, 60, properties)))
        );

    [Fact]
    public void All_polygons_can_be_of_one_named_class_on_a_background_of_another()
    {
        File.WriteAllText(folder.File("labels.geojson"), TestVectors.GeoJson(null, (10, 49.8, 10.2, 50, "{}"), (10.6, 0, 11, 60, "{}")));
        var mask = PolygonLabels.Burn(folder.File("labels.geojson"), Image(), null, Classes, background: 0, className: "lake");
        Assert.Equal(
            """
            2200002
            2200002
            0000002
            0000002
            0000002
            """,
            Text(mask)
        );
    }

    [Theory]
    [InlineData("labels.shp")]
    [InlineData("labels.gpkg")]
    public void Shapefiles_and_geopackages_burn_as_geojson_does(string name)
    {
        var json = TestVectors.GeoJson(
            null,
            (10.1, 49.6, 10.6, 50, """{"kind": "land"}"""),
            (10.2, 49.7, 10.4, 49.9, """{"kind": "lake"}""")
        );
        var expected = Burn(json);
        TestVectors.Convert(folder.File("labels.geojson"), folder.File(name));
        Assert.Equal(expected, Text(PolygonLabels.Burn(folder.File(name), Image(), "kind", Classes, 255)));
    }

    [Fact]
    public void Polygons_in_another_coordinate_system_are_brought_to_the_image()
    {
        // Spherical Mercator (EPSG:3857), by its formulas.
        const double Radius = 6378137;
        static double X(double degrees) => Radius * degrees * Math.PI / 180;
        static double Y(double degrees) => Radius * Math.Log(Math.Tan(Math.PI / 4 + degrees * Math.PI / 360));
        var labels = Burn(TestVectors.GeoJson(3857, (X(10.17), Y(49.52), X(10.52), Y(49.83), """{"kind": "land"}""")));
        Assert.Equal(
            """
            .......
            .......
            ..111..
            ..111..
            ..111..
            """,
            labels
        );
    }

    [Fact]
    public void A_turned_image_is_burned_on_its_own_grid()
    {
        // Columns run south and rows run east.
        var image = Image(new Georeference(new GeoTransform(10, 0, 0.1, 50, -0.1, 0), TestVectors.Wgs84));
        Assert.Equal(
            """
            ..111..
            ..111..
            .......
            .......
            .......
            """,
            Burn(TestVectors.GeoJson(null, (9.9, 49.5, 10.2, 49.8, """{"kind": "land"}""")), image)
        );
    }

    [Fact]
    public void Without_any_coordinate_system_numbers_are_taken_as_they_are()
    {
        var image = Image(new Georeference(new GeoTransform(0, 1, 0, 5, 0, -1), ""));
        File.WriteAllText(folder.File("labels.geojson"), TestVectors.GeoJson(null, (1, 1, 3, 4, """{"kind": "land"}""")));
        TestVectors.Convert(folder.File("labels.geojson"), folder.File("plain.shp"));
        File.Delete(folder.File("plain.prj"));
        Assert.Equal(
            """
            .......
            .11....
            .11....
            .11....
            .......
            """,
            Text(PolygonLabels.Burn(folder.File("plain.shp"), image, "kind", Classes, 255))
        );
    }

    [Fact]
    public void Refuses_an_image_that_lies_nowhere()
    {
        RasterWriter.WritePng(folder.File("image.png"), Noise.Picture(7, 5));
        Fault(
            $"{folder.Path}/image.png does not say where it lies, so no polygon can be laid on it; give a GeoTIFF, or put a world file beside it.",
            Land,
            folder.File("image.png")
        );
    }

    [Fact]
    public void Refuses_coordinate_systems_that_only_one_side_says()
    {
        File.WriteAllText(folder.File("labels.geojson"), Land);
        TestVectors.Convert(folder.File("labels.geojson"), folder.File("plain.shp"));
        File.Delete(folder.File("plain.prj"));
        Assert.Equal(
            $"{folder.Path}/plain.shp does not say its coordinate system, while {Image()} does; add it (ogr2ogr -a_srs, or the .prj of a Shapefile).",
            Assert.Throws<UserException>(() => PolygonLabels.Burn(folder.File("plain.shp"), Image(), "kind", Classes, 255)).Message
        );
        var image = Image(new Georeference(Grid, ""));
        Fault(
            $"{image} does not say its coordinate system, while {folder.Path}/labels.geojson does; add it (gdal_translate -a_srs, or an .aux.xml).",
            Land,
            image
        );
    }

    [Fact]
    public void Refuses_an_unknown_attribute_and_lists_those_there()
    {
        Fault(
            $"{folder.Path}/labels.geojson has no attribute \"kind\"; it has \"type\", \"size\".",
            TestVectors.GeoJson(null, (10, 49, 11, 50, """{"type": "land", "size": 3}"""))
        );
        Fault($"{folder.Path}/labels.geojson has no attribute \"kind\"; it has none.", TestVectors.GeoJson(null, (10, 49, 11, 50, "{}")));
    }

    [Fact]
    public void Refuses_attribute_values_that_are_no_class_and_counts_them() =>
        Fault(
            $"{folder.Path}/labels.geojson: attribute \"kind\" holds what is no class (\"wood\" in 2 polygons, \"3\" in 1 polygon, nothing in 1 polygon); "
                + "the classes are \"sea\" (0), \"land\" (1), \"lake\" (2).",
            TestVectors.GeoJson(
                null,
                (10, 49, 11, 50, """{"kind": "wood"}"""),
                (10, 49, 11, 50, """{"kind": "land"}"""),
                (10, 49, 11, 50, """{"kind": "3"}"""),
                (10, 49, 11, 50, """{"kind": "wood"}"""),
                (10, 49, 11, 50, """{"kind": null}"""),
                (20, 49, 21, 50, """{"kind": "far away, so nobody asks"}""")
            )
        );

    [Fact]
    public void Refuses_polygons_that_all_lie_elsewhere() =>
        Fault(
            $"{folder.Path}/labels.geojson has no polygon that touches {folder.Path}/image.tif; check that both show one place and say their coordinate systems rightly.",
            TestVectors.GeoJson(null, (20, 49, 21, 50, """{"kind": "land"}"""))
        );

    [Fact]
    public void An_image_that_no_polygon_touches_is_background_where_that_is_a_class()
    {
        File.WriteAllText(folder.File("labels.geojson"), TestVectors.GeoJson(null, (20, 49, 21, 50, """{"kind": "land"}""")));
        var mask = PolygonLabels.Burn(folder.File("labels.geojson"), Image(), "kind", Classes, background: 0);
        Assert.DoesNotContain(mask.Ids, id => id != 0);
    }

    [Fact]
    public void Refuses_a_file_of_several_layers_until_one_is_named()
    {
        Burn(Land);
        var several = Directory.CreateDirectory(Path.Combine(folder.Path, "several")).FullName;
        foreach (var name in new[] { "coast", "towns" })
            TestVectors.Convert(folder.File("labels.geojson"), Path.Combine(several, name + ".shp"));
        Assert.Equal($"{several} has 2 layers; name one of \"coast\", \"towns\".", Refusal(null));
        Assert.Equal($"{several} has no layer \"land\"; name one of \"coast\", \"towns\".", Refusal("land"));
        Assert.Equal(Burn(Land), Text(PolygonLabels.Burn(several, Image(), "kind", Classes, 255, layer: "towns")));

        string Refusal(string? layer) =>
            Assert.Throws<UserException>(() => PolygonLabels.Burn(several, Image(), "kind", Classes, 255, layer: layer)).Message;
    }

    [Fact]
    public void Refuses_what_is_no_vector_file_and_a_class_that_nobody_named()
    {
        Fault($"{folder.Path}/labels.geojson is not a vector file that can be read; give a GeoPackage, a Shapefile or GeoJSON.", "no JSON");
        File.Delete(folder.File("labels.geojson"));
        Refused($"{folder.Path}/labels.geojson does not exist; check the path.", "kind", null);
        File.WriteAllText(folder.File("labels.geojson"), Land);
        Refused("\"wood\" is no class; name one of \"sea\", \"land\", \"lake\".", null, "wood");
        Refused(
            $"{folder.Path}/labels.geojson: either an attribute says each polygon's class, or all are of one named class; give one of the two.",
            "kind",
            "land"
        );

        void Refused(string message, string? attribute, string? className) =>
            Assert.Equal(
                message,
                Assert
                    .Throws<UserException>(() =>
                        PolygonLabels.Burn(folder.File("labels.geojson"), Image(), attribute, Classes, 255, className)
                    )
                    .Message
            );
    }

    private static string Land => TestVectors.GeoJson(null, (10, 49.8, 10.2, 50, """{"kind": "land"}"""));

    private string Burn(string json, string? image = null)
    {
        File.WriteAllText(folder.File("labels.geojson"), json);
        return Text(PolygonLabels.Burn(folder.File("labels.geojson"), image ?? Image(), "kind", Classes, background: 255));
    }

    private void Fault(string message, string json, string? image = null) =>
        Assert.Equal(message, Assert.Throws<UserException>(() => Burn(json, image)).Message);

    /// <summary>7 x 5 pixels on the grid, or at another place.</summary>
    private string Image(Georeference? place = null)
    {
        var path = folder.File("image.tif");
        RasterWriter.WriteMask(path, Noise.Mask(7, 5, 3), [], place ?? new Georeference(Grid, TestVectors.Wgs84));
        return path;
    }

    /// <summary>A line a row, a dot for 255.</summary>
    private static string Text(Mask mask) =>
        string.Join('\n', mask.Ids.Chunk(mask.Width).Select(row => string.Concat(row.Select(id => id == 255 ? "." : $"{id}"))));
}
