using System.Globalization;
using F2Net.Notebook.Charts;

namespace F2Net.Notebook.Progress;

/// <summary>
/// How far a piece of work is and how long it will still take. Display it, then update what was displayed whenever <see cref="IsDue"/>.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatters), PreferredMimeTypes = [Mime.Html, Mime.Plain])]
public sealed class ProgressBar : IView
{
    private readonly Pace pace;

    /// <param name="total">Steps in all.</param>
    /// <param name="clock">The machine's unless said.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step.</exception>
    public ProgressBar(string title, int total, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        (Title, Total) = (title, total);
        pace = new Pace(clock ?? TimeProvider.System, total);
    }

    public string Title { get; }

    public int Total { get; }

    /// <summary>Steps done; beyond <see cref="Total"/> it shows as done.</summary>
    public int Done { get; set; }

    /// <summary>What the last step showed, in a few words.</summary>
    public string Note { get; set; } = "";

    /// <summary>Whether half a second has gone by since it was last shown, or the work is done.</summary>
    public bool IsDue => pace.IsDue(Done);

    /// <summary>Takes the steps done so far as done before this work began, so that they do not count into its speed.</summary>
    public void StartAt(int done)
    {
        Done = done;
        pace.StartAt(done);
    }

    public override string ToString() => string.Join(" ", new[] { Title, Counts, Note }.Where(part => part.Length > 0));

    string? IView.As(string mimeType)
    {
        pace.Shown();
        return mimeType switch
        {
            Mime.Html => ToHtml(),
            Mime.Plain => ToString(),
            _ => null,
        };
    }

    internal string ToHtml()
    {
        var share = (100 * Share).ToString("0.#", CultureInfo.InvariantCulture);
        return $"""
            <div style="max-width:900px">
            <div style="display:flex;justify-content:space-between;gap:16px"><span><b>{Html.Escape(Title)}</b> {Html.Escape(
                Note
            )}</span><span>{Counts}</span></div>
            <div style="height:8px;margin:4px 0;border-radius:4px;background:#d4d4d4"><div style="height:8px;width:{share}%;border-radius:4px;background:{Theme.Palette[
                0
            ]}"></div></div>
            </div>
            """;
    }

    private double Share => Math.Clamp((double)Done / Total, 0, 1);

    private string Counts =>
        string.Create(CultureInfo.InvariantCulture, $"{Done:#,0} of {Total:#,0}, {Math.Floor(100 * Share)} %")
        + (pace.Text(Done) is { Length: > 0 } time ? $", {time}" : "");
}
