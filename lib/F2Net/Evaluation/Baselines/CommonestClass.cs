using F2Net.Data;
using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Baselines;

/// <summary>Calls every pixel the class that most training pixels have.</summary>
public sealed class CommonestClass(Split train) : IBaseline
{
    private readonly byte id = train.CommonestClass;

    public string Name => "Commonest class";

    public Mask Predict(Picture picture)
    {
        var mask = new Mask(picture.Width, picture.Height, new byte[picture.Width * picture.Height]);
        mask.Ids.AsSpan().Fill(id);
        return mask;
    }
}
