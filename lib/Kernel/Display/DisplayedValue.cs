namespace F2Net.Kernel.Display;

/// <summary>Something shown, that can be shown anew in its place.</summary>
public sealed class DisplayedValue
{
    private readonly IDisplay display;
    private readonly string id = Guid.NewGuid().ToString("N");

    internal DisplayedValue(IDisplay display, object? value)
    {
        this.display = display;
        display.Show(MimeBundle.Of(value), id);
    }

    /// <summary>Shows <paramref name="value"/> where the earlier one is.</summary>
    public void Update(object? value) => display.Update(MimeBundle.Of(value), id);
}
