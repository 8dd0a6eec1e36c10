namespace F2Net.Model.Strips;

/// <summary>Some rows of images of a height and width.</summary>
public readonly record struct RowRange(long Top, long Rows, long Height, long Width)
{
    /// <summary>All rows.</summary>
    public static RowRange All(long height, long width) => new(0, height, height, width);
}
