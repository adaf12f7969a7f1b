using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Logging;

/// <summary>What becomes of a template and its arguments.</summary>
public sealed class TemplateTests : EngineTest
{
    private static readonly Dictionary<string, object> None = [];

    private async Task<LogMessage> Message(string template, params object[] args)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.Log.Warning(template, args);
        return Assert.IsAssignableFrom<LogMessage>((await ExpectMsgAsync<Warning>()).Message);
    }

    [Theory]
    [InlineData("{Name} is {Age}", "Ann is 5")]
    [InlineData("{Name,5}|{Age,-4:000}|", "  Ann|005 |")]
    [InlineData("{@Name} {$Age}", "Ann 5")]
    [InlineData("{ Name }", "Ann")]
    [InlineData("{Same} {Same}", "Ann 5")]
    [InlineData("{0} is {1}", "Ann is 5")]
    [InlineData("{1:000} is {0,5}", "005 is   Ann")]
    [InlineData("no hole", "no hole")]
    public async Task Holes_are_filled_in_order_or_by_their_numbers(string template, string text)
        => Assert.Equal(text, (await Message(template, "Ann", 5)).ToString());

    [Theory]
    [InlineData("{{A}}", "{A}")]
    [InlineData("{{{A}}}", "{1}")]
    [InlineData("{{{0}}}", "{1}")]
    [InlineData("{{0}} {A}", "{0} 1")]
    [InlineData("{A} }", "1 }")]
    [InlineData("{A} {B", "1 {B")]
    [InlineData("}{A}", "}1")]
    [InlineData("{A", "{A")]
    [InlineData("{A}}", "1}")]
    [InlineData("{{A}", "{A}")]
    [InlineData("{A} {{ }} {", "1 { } {")]
    [InlineData("{A} { {{", "1 { {{")]
    [InlineData("{}", "{}")]
    [InlineData("{A} {}", "1 ")]
    [InlineData("{ }", "{ }")]
    public async Task A_brace_that_is_doubled_or_alone_is_text(string template, string text)
        => Assert.Equal(text, (await Message(template, 1)).ToString());

    [Theory]
    [InlineData("{A} {B}", "1 {B}")]
    [InlineData("{A} {0}", "1 {0}")]
    [InlineData("{A} {B,5:000}", "1 {B}")]
    [InlineData("{A:Q}", "1")]
    [InlineData("{0} {1}", "[INVALID LOG FORMAT] str=[{0} {1}], args=[1]. Please fix the format string in the logging call site.")]
    [InlineData("{0} {A}", "[INVALID LOG FORMAT] str=[{0} {A}], args=[1]. Please fix the format string in the logging call site.")]
    public async Task A_template_that_does_not_fit_its_arguments_shows_itself(string template, string text)
        => Assert.Equal(text, (await Message(template, 1)).ToString());

    /// <summary>Odd but so: a hole ends at the first brace that closes, and what is in it is name, width and format by the signs alone.</summary>
    [Theory]
    [InlineData("{A:{0}}", "1}")]
    [InlineData("{A,{0}}", "1}")]
    [InlineData("{A{B}}", "1}")]
    [InlineData("{A:{{0}}}", "1}")]
    [InlineData("{A:000}}}", "001}")]
    [InlineData("{:000}", "001")]
    [InlineData("{,3}", "  1")]
    [InlineData("{A, -3 : 000 }|", "001|")]
    [InlineData("{A,x}", "1")]
    [InlineData("{A B}", "1")]
    [InlineData("{A} { }", "1 {}")]
    public async Task A_hole_is_what_is_between_two_braces(string template, string text)
        => Assert.Equal(text, (await Message(template, 1)).ToString());

    [Theory]
    [InlineData("{{{A}}} {A:000}}", "{{A}} {A:000}")]
    [InlineData("{0:{A}}", "{0:{A}")]
    public async Task Without_arguments_there_are_no_holes(string template, string text)
        => Assert.Equal(text, (await Message(template)).ToString());

    [Fact]
    public async Task A_comma_in_the_format_of_a_name_throws()
    {
        // Odd but so: it is taken for the one before the width.
        var message = await Message("{A:0,0}", 1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => message.ToString());
        Assert.Equal("1,000", (await Message("{0:0,0}", 1000)).ToString());
    }

    [Fact]
    public async Task Odd_holes_have_odd_names()
        => Assert.Equal(["A", ",3", ":0", "A{B", "A B"], (await Message("{A,1:0} {,3} {:0} {} { } {A{B}} {A B:x}")).PropertyNames);

    [Fact]
    public async Task Nothing_is_null_by_name_and_empty_by_number()
    {
        Assert.Equal("<null>", (await Message("<{A}>", [null!])).ToString());
        Assert.Equal("<>", (await Message("<{0}>", [null!])).ToString());
    }

    [Fact]
    public async Task The_arguments_are_properties_by_the_names_of_the_holes()
    {
        var message = await Message("{Name} {@Age}", "Ann", 5, "left over");
        Assert.Equal(["Name", "@Age"], message.PropertyNames);
        Assert.Equal(new Dictionary<string, object> { ["Name"] = "Ann", ["@Age"] = 5 }, message.GetProperties());
        Assert.Equal(new Dictionary<string, object> { ["A"] = 2 }, (await Message("{A} {A}", 1, 2)).GetProperties());
        Assert.Equal(None, (await Message("no hole", 1)).GetProperties());
        // Odd but so: numbered holes get the arguments in the order of the holes.
        Assert.Equal(new Dictionary<string, object> { ["1"] = 7, ["0"] = 8 }, (await Message("{1} {0}", 7, 8)).GetProperties());
    }

    [Fact]
    public void A_logger_of_a_bus_formats_as_string_Format_does()
    {
        Assert.IsType<SemanticLogMessageFormatter>(Sys.Log.Formatter);
        var formatter = Akka.Event.Logging.GetLogger(Sys.EventStream, "source").Formatter;
        Assert.IsNotType<SemanticLogMessageFormatter>(formatter);
        Assert.Equal("{1}", formatter.Format("{{{0}}}", 1));
        Assert.Equal("[INVALID LOG FORMAT] str=[{A}], args=[1, x]. Please fix the format string in the logging call site.", formatter.Format("{A}", 1, "x"));
    }
}
