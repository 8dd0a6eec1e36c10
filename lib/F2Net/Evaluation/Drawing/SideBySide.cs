using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Drawing;

/// <summary>Image, truth and prediction beside each other, each under its title, with a legend of the classes below.</summary>
public static class SideBySide
{
    /// <param name="panelWidth">Width of each of the three, pixels; larger pictures are reduced by area, smaller ones stay.</param>
    /// <param name="predictionTitle">What predicted, and how well if that is known.</param>
    public static Picture Of(
        Picture image,
        Mask truth,
        Mask prediction,
        DataSetInfo info,
        int panelWidth = 612,
        string predictionTitle = "prediction"
    )
    {
        var palette = info.Palette;
        return Sheet.Of(
            [
                ("image", image.Fitted(panelWidth, int.MaxValue)),
                ("truth", truth.Coloured(palette).Fitted(panelWidth, int.MaxValue)),
                (predictionTitle, prediction.Coloured(palette).Fitted(panelWidth, int.MaxValue)),
            ],
            columns: 3,
            info
        );
    }
}
