using Akka.Configuration;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Configuration;

/// <summary>The forms that HOCON may take.</summary>
public sealed class HoconTests
{
    private static Config Parse(string hocon) => ConfigurationFactory.ParseString(hocon);

    [Theory]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a.b.c = 1")]
    [InlineData("a.b { c : 1 }")]
    [InlineData("a = { b = { c = 1 } }")]
    [InlineData("a { b.c = 1 }")]
    [InlineData("{ a { b { c = 1 } } }")]
    [InlineData("a : { b : { c : 1 } }")]
    [InlineData("\"a\".\"b\".c = 1")]
    [InlineData("a\n{\n  b\n  {\n    c\n    =\n    1\n  }\n}")]
    public void Objects_nest_by_braces_and_by_dots(string hocon)
        => Assert.Equal(1, Parse(hocon).GetInt("a.b.c"));

    [Theory]
    [InlineData("a = 1, b = 2")]
    [InlineData("a = 1\nb = 2")]
    [InlineData("a = 1\r\nb = 2\r\n")]
    [InlineData("a = 1 # comment\nb = 2")]
    [InlineData("// comment\na = 1 // comment\n# comment\nb = 2")]
    [InlineData("  a=1,\n\n\n  b=2,\n")]
    [InlineData("a:1,b:2")]
    public void Fields_are_parted_by_commas_or_lines_and_comments_are_skipped(string hocon)
    {
        var config = Parse(hocon);
        Assert.Equal((1, 2), (config.GetInt("a"), config.GetInt("b")));
    }

    [Theory]
    [InlineData("a = text", "text")]
    [InlineData("a = two words", "two words")]
    [InlineData("a = two words # and a comment", "two words")]
    [InlineData("a = \"quoted text\"", "quoted text")]
    [InlineData("a = \"with = and : and { and #\"", "with = and : and { and #")]
    [InlineData("a = \"tab\\tquote\\\"slash\\\\line\\nunicode\\u0041\"", "tab\tquote\"slash\\line\nunicodeA")]
    [InlineData("a = \"\"", "")]
    [InlineData("a = 1.5.31", "1.5.31")]
    [InlineData("a = x-y_z", "x-y_z")]
    [InlineData("a = \"/user/*\"", "/user/*")]
    [InlineData("a = one \"and two\" three", "one and two three")]
    public void A_text_may_be_quoted_or_not(string hocon, string expected)
        => Assert.Equal(expected, Parse(hocon).GetString("a"));

    [Fact]
    public void A_triple_quoted_text_is_taken_as_it_is_over_lines()
        => Assert.Equal("x \\n \"y\"\n  z", Parse("a = \"\"\"x \\n \"y\"\n  z\"\"\"").GetString("a"));

    [Fact]
    public void Null_is_no_text()
        => Assert.Null(Parse("a = null").GetString("a"));

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [1\n2\n3]")]
    [InlineData("a = [ 1, 2, 3, ]")]
    [InlineData("a = [\n  1, # one\n  2, // two\n  3\n]")]
    [InlineData("a = [1] [2, 3]")]
    public void A_list_is_in_brackets(string hocon)
    {
        Assert.Equal([1, 2, 3], Parse(hocon).GetIntList("a"));
        Assert.Equal(["1", "2", "3"], Parse(hocon).GetStringList("a"));
    }

    [Fact]
    public void A_list_may_be_of_texts_and_of_objects()
    {
        Assert.Equal(["x", "y z", "u=v"], Parse("a = [x, \"y z\", \"u=v\"]").GetStringList("a"));
        var objects = Parse("a = [{ b = 1 }, { b = 2 }]").GetValue("a").GetArray();
        Assert.Equal(["1", "2"], objects.Select(o => o.GetObject().GetKey("b").GetString()));
        Assert.Empty(Parse("a = []").GetStringList("a"));
    }

    [Fact]
    public void A_later_value_replaces_an_earlier_one()
    {
        Assert.Equal("2", Parse("a = 1, a = 2").GetString("a"));
        Assert.Equal(["2"], Parse("a = [1], a = [2]").GetStringList("a"));
        Assert.Equal("1", Parse("a { b = 2 }\na = 1").GetString("a"));
    }

    [Fact]
    public void A_later_object_is_merged_into_an_earlier_one()
    {
        var config = Parse("a { b = 1, c { d = 2 } }\na { e = 3, c.f = 4 }\na.b = 5");
        Assert.Equal((5, 2, 3, 4), (config.GetInt("a.b"), config.GetInt("a.c.d"), config.GetInt("a.e"), config.GetInt("a.c.f")));
    }

    [Fact]
    public void A_substitution_takes_the_value_of_another_path()
    {
        var config = Parse("a { b = 7, list = [1, 2] }\n c = ${a.b}, d = \"x\"${a.b}y, e = ${a}, f = ${a.list}");
        Assert.Equal(7, config.GetInt("c"));
        Assert.Equal("x7y", config.GetString("d"));
        Assert.Equal(7, config.GetInt("e.b"));
        Assert.Equal([1, 2], config.GetIntList("f"));
    }

    [Fact]
    public void A_substitution_may_come_before_what_it_names()
        => Assert.Equal(7, Parse("c = ${a.b}\na.b = 7").GetInt("c"));

    [Fact]
    public void Lists_can_be_joined_by_substitution()
        => Assert.Equal([1, 2, 3], Parse("a = [1, 2], b = ${a} [3]").GetIntList("b"));

    [Fact]
    public void A_quoted_key_may_hold_anything()
    {
        var config = Parse("\"a.b\" = 1\nc { \"/x/*\" = 2 }");
        Assert.Equal(1, config.GetInt("\"a.b\""));
        Assert.Equal(2, config.GetInt("c.\"/x/*\""));
        Assert.False(config.HasPath("a.b"));
    }

    [Theory]
    [InlineData("a = ${none}")]
    [InlineData("a = x:y")]
    [InlineData("a = x=y")]
    [InlineData("ok = 1\n*")]
    [InlineData("a = \"\\q\"")]
    // Odd but so: a comma may follow an object only where it was assigned.
    [InlineData("a { b = 1 }, c = 2")]
    public void What_cannot_be_read_is_refused(string hocon)
        => Assert.True(Record.Exception(() => Parse(hocon)) is FormatException or ConfigurationException);

    [Theory]
    [InlineData("first = 1\nsecond = ${not.there}", 2, 10, "not.there")]
    [InlineData("a = \"\\q\"", 1, 7, "q")]
    [InlineData("ok = 1\n\n  *", 3, 3, "")]
    [InlineData("a {\n  b = x:y\n}", 2, 8, "")]
    public void An_error_shows_where_it_is(string hocon, int line, int column, string text)
    {
        // Akka.NET differs: it names the text in question or counts the characters before it, without a line.
        var error = Record.Exception(() => Parse(hocon));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        if (Engine.IsStandIn)
            Assert.Contains($"line {line}, column {column}:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a {\n  b = 1", 2, 8, "line 1, column 3")]
    [InlineData("a = [1,\n 2", 2, 3, "line 1, column 5")]
    [InlineData("a = \"open\nb = 1", 1, 5, "begins here")]
    public void An_error_at_the_end_shows_also_what_was_left_open(string hocon, int line, int column, string opened)
    {
        var error = Record.Exception(() => Parse(hocon))?.Message ?? "";
        Assert.Equal(Engine.IsStandIn, error.Contains($"line {line}, column {column}:", StringComparison.Ordinal));

        // Akka.NET differs: it takes the end of the text for the end of everything that is open, or says only that it ended.
        Assert.Equal(Engine.IsStandIn, error.Contains(opened, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a = [1], a += 2", new[] { 1, 2 })]
    [InlineData("a += 1\na += 2\na += 3", new[] { 1, 2, 3 })]
    [InlineData("b = 2, a = [1]\na += ${b}", new[] { 1, 2 })]
    public void An_item_is_appended_to_a_list(string hocon, int[] expected)
    {
        // Akka.NET differs: it has no += and refuses it, or takes the plus for a part of the key.
        if (Engine.IsStandIn)
            Assert.Equal(expected, Parse(hocon).GetIntList("a"));
        else
            Assert.NotNull(Record.Exception(() => Assert.Equal(expected, Parse(hocon).GetIntList("a"))));
    }

    [Fact]
    public void Nothing_is_a_configuration_too()
    {
        Assert.True(Parse("").IsEmpty);
        Assert.True(Parse("  # only a comment\n").IsEmpty);
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(Config.Empty.IsEmpty);
        Assert.False(Parse("a = 1").IsEmpty);
    }

    [Fact]
    public void A_text_converts_to_a_configuration()
    {
        Config config = "a = 1";
        Assert.Equal(1, config.GetInt("a"));
    }
}
