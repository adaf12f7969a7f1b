using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/supervision.md shows code that compiles and works as described.</summary>
public sealed class SupervisionPageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Example_skips_the_line_that_made_it_fail_and_continues()
    {
        var address = AnyPort;
        var framing = new SplitFraming(received: new LineFraming(100), sent: new RawFraming());
        var bind = new ListenerProtocol.Bind(address, Props.Create<Adder>(), new HandlerOptions { Framing = framing });
        using var client = await ConnectAsync(bind);

        foreach (var (question, answer) in new[] { ("5\n", "5\n"), ("6\n", "11\n"), ("x\n", "no number: 1 bytes at 4\n"), ("7\n", "7\n") })
        {
            await SendAsync(client, question);
            Assert.Equal(answer, await ReadTextAsync(client, answer.Length));
        }
    }

    [Fact]
    public void The_page_shows_the_example_as_it_is()
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/Adder.cs"));
        var example = source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].TrimEnd();

        Assert.Contains(example, File.ReadAllText(Path.Combine(SourceFile.Root, "docs/supervision.md")), StringComparison.Ordinal);
    }
}
