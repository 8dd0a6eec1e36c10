namespace F2Net.Notebook.Charts;

/// <summary>A mark that draws series.</summary>
public abstract record SeriesMark(IReadOnlyList<Series> Series) : Mark
{
    internal override IReadOnlyList<string> Names => [.. Series.Select(s => s.Name)];
    internal override bool IsEmpty => Series.Count == 0;
    internal override IEnumerable<double> X => Series.SelectMany(s => s.X);
    internal override IEnumerable<double> Y => Series.SelectMany(s => s.Y);
}
