using System.Xml.Linq;
using F2Net.Notebook.Tables;

namespace F2Net.Tests.Notebook.Tables;

public class TableTests
{
    [Fact]
    public void Comes_as_html_and_as_markdown()
    {
        var bundle = Bundle.Of(
            Table.Of(
                ["class", "IoU"],
                [
                    ["a|b <i>", "0.95"],
                ],
                "whole tiles & more"
            )
        );
        Assert.Equal(["text/html", "text/markdown", "text/plain"], bundle.Keys.Order());
        var html = XElement.Parse(bundle["text/html"]);
        Assert.Equal(
            ["class", "IoU", "a|b <i>", "0.95"],
            html.Descendants().Where(e => e.Name == "th" || e.Name == "td").Select(e => e.Value)
        );
        Assert.Equal("whole tiles & more", html.Element("caption")!.Value);
        Assert.StartsWith("whole tiles & more\n\n| class ", bundle["text/markdown"]);
        Assert.Contains("| a\\|b <i> | 0.95 |", bundle["text/markdown"]);
    }

    [Fact]
    public void A_figure_stays_on_one_line_and_words_may_wrap()
    {
        var html = XElement.Parse(
            Bundle.Of(
                Table.Of(
                    ["row", "mIoU", "to full", "seeds"],
                    [
                        ["2 heads", "52.1 ± 0.3", "−4.5", "not yet run"],
                    ]
                )
            )["text/html"]
        );
        Assert.Equal(
            ["52.1 ± 0.3", "−4.5"],
            html.Descendants().Where(e => ((string?)e.Attribute("style"))?.Contains("nowrap") == true).Select(e => e.Value)
        );
    }

    [Fact]
    public void Refuses_a_row_of_another_length_at_once() =>
        Assert.Equal(
            "Row 0 has 1 cells instead of 2. (Parameter 'rows')",
            Assert
                .Throws<ArgumentException>(() =>
                    Table.Of(
                        ["class", "IoU"],
                        [
                            ["lake"],
                        ]
                    )
                )
                .Message
        );
}
