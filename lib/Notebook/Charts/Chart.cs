using F2Net.Data;

namespace F2Net.Notebook.Charts;

/// <summary>Figures of one panel. Series, groups, categories and samples named like one of <c>classes</c> take that class's colour.</summary>
public static class Chart
{
    /// <param name="x">Quantity and unit; y likewise.</param>
    public static Figure Lines(
        string title,
        string x,
        string y,
        IReadOnlyList<Series> series,
        bool logX = false,
        bool logY = false,
        DataSetInfo? classes = null
    ) => new(title, x, [new(y, [new Lines(series)], logY)], logX) { Classes = classes };

    public static Figure Scatter(
        string title,
        string x,
        string y,
        IReadOnlyList<Series> series,
        bool logX = false,
        bool logY = false,
        DataSetInfo? classes = null
    ) => new(title, x, [new(y, [new Points(series)], logY)], logX) { Classes = classes };

    public static Figure Bars(
        string title,
        string y,
        IReadOnlyList<string> categories,
        IReadOnlyList<BarGroup> groups,
        bool logY = false,
        DataSetInfo? classes = null
    ) => new(title, "", [new(y, [new Bars(categories, groups)], logY)]) { Classes = classes };

    /// <param name="bins">Number of equal bins between the smallest and the largest value of all samples.</param>
    /// <param name="share">Whether heights are shares of the sample, so that samples of unlike sizes compare, and no counts.</param>
    public static Figure Histogram(
        string title,
        string x,
        string y,
        IReadOnlyList<(string Name, IReadOnlyList<double> Values)> samples,
        int bins = 40,
        bool share = false,
        DataSetInfo? classes = null
    ) => new(title, x, [new(y, [new Histogram(samples, bins, share)])]) { Classes = classes };

    /// <param name="unit">What the colours stand for, with its unit.</param>
    /// <param name="values">Row 0 is drawn at the top.</param>
    /// <param name="diverging">Whether values have two signs: the map's middle is then zero.</param>
    /// <param name="rows">A name each; null for numbers, from 0; columns likewise.</param>
    /// <exception cref="ArgumentException">There are not as many names as rows or columns.</exception>
    public static Figure Heatmap(
        string title,
        string x,
        string y,
        string unit,
        double[,] values,
        bool diverging = false,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null
    ) => new(title, x, [new(y, [new Heatmap(values, unit, diverging, rows, columns)])]);
}
