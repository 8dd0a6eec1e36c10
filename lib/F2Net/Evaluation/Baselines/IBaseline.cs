using F2Net.Data.Pictures;

namespace F2Net.Evaluation.Baselines;

/// <summary>Something simple that segments: what a network has to beat.</summary>
public interface IBaseline
{
    /// <summary>As tables name it.</summary>
    string Name { get; }

    /// <summary>The class of every pixel.</summary>
    Mask Predict(Picture picture);
}
