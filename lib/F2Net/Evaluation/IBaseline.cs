using F2Net.Data;

namespace F2Net.Evaluation;

/// <summary>Something simple that segments: what a network has to beat.</summary>
public interface IBaseline
{
    /// <summary>As tables name it.</summary>
    string Name { get; }

    /// <summary>The class of every pixel.</summary>
    Mask Predict(Picture picture);
}
