using F2Net.Notebook.Tables;

namespace F2Net.Tests.Notebook.Tables;

public class MarkdownTableTests
{
    [Fact]
    public void Pads_columns_and_sets_figures_to_the_right() =>
        Assert.Equal(
            """
            | class |  IoU |
            | ----- | ---: |
            | ocean | 0.95 |
            | a\|b  |    – |

            """,
            MarkdownTable.Write(
                ["class", "IoU"],
                [
                    ["ocean", "0.95"],
                    ["a|b", "–"],
                ]
            )
        );

    [Fact]
    public void Refuses_a_row_of_another_length() =>
        Assert.Equal(
            "Row 0 has 1 cells instead of 2. (Parameter 'rows')",
            Assert
                .Throws<ArgumentException>(() =>
                    MarkdownTable.Write(
                        ["class", "IoU"],
                        [
                            ["lake"],
                        ]
                    )
                )
                .Message
        );
}
