namespace F2Net.Kernel.Display;

/// <summary>Text that is shown as HTML.</summary>
public sealed record HtmlContent(string Html)
{
    public override string ToString() => Html;
}
