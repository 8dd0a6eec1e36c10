using F2Net.Kernel.Display;

namespace F2Net.Tests.Kernel.Display;

public class MimeBundleTests
{
    private sealed record Point(double X, string[] Names);

    private sealed class Broken
    {
        public int Fine => 1;
        public int Bad => throw new InvalidOperationException("no");
        public Broken Self => this;
    }

    public static TheoryData<object?, string> Texts =>
        new()
        {
            { null, "null" },
            { "text", "text" },
            { 0.1, "0.1" },
            { true, "true" },
            { (1, "a"), "(1, \"a\")" },
            { new Point(1.5, ["a", "b"]), "Point { X = 1.5, Names = [\"a\", \"b\"] }" },
            {
                new int[,]
                {
                    { 1, 2 },
                    { 3, 4 },
                },
                "[[1, 2], [3, 4]]"
            },
            {
                new Dictionary<string, int?> { ["a"] = null },
                "{\"a\": null}"
            },
            { typeof(Dictionary<string, int[]>), "Dictionary<string, int[]>" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Everything_has_a_text(object? value, string text) => Assert.Equal(text, (string?)MimeBundle.Of(value)["text/plain"]);

    [Fact]
    public void Records_become_rows_and_members_columns() =>
        Assert.StartsWith(
            "<table><thead><tr><th>X</th><th>Names</th></tr></thead><tbody><tr><td style=\"text-align:left\">1</td>",
            Html(new[] { new Point(1, []) })
        );

    [Fact]
    public void Text_is_escaped() => Assert.Contains("&lt;b&gt;", Html(new[] { "<b>" }));

    [Fact]
    public void A_failing_member_shows_its_failure_and_a_circle_ends()
    {
        var html = Html(new Broken());
        Assert.Contains("InvalidOperationException: no", html);
        Assert.InRange(html.Length, 1, 20000);
    }

    [Fact]
    public void A_dictionary_that_contains_itself_ends()
    {
        var circle = new Dictionary<string, object>();
        circle["self"] = circle;
        Assert.InRange(Html(circle).Length, 1, 20000);
        Assert.Equal("{\"self\": {\"self\": {\"self\": Dictionary<string, object>}}}", (string?)MimeBundle.Of(circle)["text/plain"]);
    }

    [Fact]
    public void A_query_computes_each_item_once_for_all_forms()
    {
        var computed = 0;
        var bundle = MimeBundle.Of(Enumerable.Range(0, 3).Select(_ => ++computed));
        Assert.Equal("[1, 2, 3]", (string?)bundle["text/plain"]);
        Assert.EndsWith(">3</td></tr></tbody></table>", (string?)bundle["text/html"]);
        Assert.Equal(3, computed);
    }

    [Fact]
    public void Endless_sequences_are_cut()
    {
        static IEnumerable<int> Endless()
        {
            for (var i = 0; ; i++)
                yield return i;
        }

        Assert.EndsWith("… more</td></tr></tbody></table>", Html(Endless()));
        Assert.EndsWith("49, … more]", (string?)MimeBundle.Of(Endless())["text/plain"]);
        Assert.EndsWith("49, … 950 more]", (string?)MimeBundle.Of(Enumerable.Range(0, 1000).ToList())["text/plain"]);
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType { get; } = source;
    }

    private sealed class Source
    {
        public IEnumerable<object> CreateTypeFormatters() => [new Formatter()];
    }

    private sealed class Formatter
    {
        public string MimeType => "application/x.thing+json";

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write("{\"list\": [1]}");
            return true;
        }
    }

    [TypeFormatterSource(typeof(Source))]
    private class Thing;

    private sealed class Derived : Thing;

    [Fact]
    public void A_base_types_formatters_are_used_and_json_stays_json()
    {
        var bundle = MimeBundle.Of(new Derived());
        Assert.Equal(1, (int?)bundle["application/x.thing+json"]!["list"]![0]);
        Assert.Equal("Derived", (string?)bundle["text/plain"]);
        Assert.False(bundle.ContainsKey("text/html"));
    }

    private static string Html(object value) => (string)MimeBundle.Of(value)["text/html"]!;
}
