using System.CommandLine;
using F2Net.Data.Pictures;
using F2Net.Data.Rasters;
using F2Net.Evaluation;
using F2Net.Evaluation.Drawing;
using F2Net.Training;

namespace F2Net.Cli.Commands;

/// <summary>f2net segment: one picture whole, to a mask with palette and georeferencing.</summary>
internal static class SegmentCommand
{
    internal static Command Create()
    {
        var image = new Argument<string>("image") { Description = "A JPEG, PNG or GeoTIFF of three 8-bit bands." };
        var runOption = Options.Run();
        var output = new Option<string>("--out") { Description = "The mask: .tif or .png.", Required = true };
        var overlay = new Option<string?>("--overlay") { Description = "A PNG of the picture tinted by class." };
        var device = Options.Device();
        var command = new Command("segment", "Segment a picture of any size, whole.") { image, runOption, output, overlay, device };
        command.Runs(
            (parsed, cancellation) =>
            {
                Machine.Prepare();
                var (path, source) = (parsed.GetRequiredValue(output), parsed.GetRequiredValue(image));
                RasterWriter.CheckMaskName(path);
                CheckOutput(path, source);
                if (parsed.GetValue(overlay) is { } picture)
                    CheckOverlay(picture, path, source);
                var run = RunFolder.Open(parsed.GetRequiredValue(runOption));
                using var raster = Raster.OpenImage(source);
                raster.CheckSize(parsed.GetValue(overlay) is null ? 1 : Picture.Channels);
                var predictor = Predictor.Of(run, Options.Parse(parsed.GetRequiredValue(device)));
                var mask = Predict(predictor, raster, cancellation);
                RasterWriter.WriteMask(path, mask, run.DataSet.Palette, raster.Georeference);
                if (parsed.GetValue(overlay) is { } tinted)
                    RasterWriter.WritePng(
                        tinted,
                        Overlay.Of(raster.ReadPicture(), mask, run.DataSet.Palette),
                        raster.Georeference,
                        cancellation
                    );
                return 0;
            }
        );
        return command;
    }

    private static void CheckOutput(string path, string image)
    {
        OutputFile.CheckApart(path, image, "the picture");
        if (Georeference.WorldFile(path) is var world && world == Georeference.WorldFile(image) && File.Exists(world))
            throw new UserException($"{world} says where the picture lies and would be taken for the mask's; give --out another name.");
        OutputFile.Check(path);
    }

    private static void CheckOverlay(string path, string mask, string image)
    {
        if (!Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase))
            throw new UserException($"{path} is no name for an overlay; end it in .png.");
        if (Path.GetFullPath(path) == Path.GetFullPath(mask))
            throw new UserException($"{path} would be both mask and overlay; give --overlay another name.");
        CheckOutput(path, image);
    }

    // A block of a large picture takes half a minute: who cancels does not wait for it, and nothing is written yet.
    private static Mask Predict(Predictor predictor, Raster raster, CancellationToken cancellation) =>
        Progress.Show(
            Path.GetFileName(raster.Path),
            100,
            progress =>
                Task.Run(
                        () => predictor.Predict(new RasterRows(raster), share => progress.Report((int)(100 * share)), cancellation),
                        CancellationToken.None
                    )
                    .WaitAsync(cancellation)
                    .GetAwaiter()
                    .GetResult()
        );
}
