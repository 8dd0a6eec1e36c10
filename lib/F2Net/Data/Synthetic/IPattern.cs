namespace F2Net.Data.Synthetic;

/// <summary>A pattern without end: a value of mean 0 and variance 1 at each point.</summary>
internal interface IPattern
{
    /// <summary>Values of a row from column <paramref name="first"/> on.</summary>
    void Row(int y, int first, Span<float> values);
}
