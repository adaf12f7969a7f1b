using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/client.md shows code that compiles, and does what it says.</summary>
public sealed class ClientPageTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task The_example_asks_one_server_behind_the_other_and_loses_no_question_in_between()
    {
        var server = ListenAt();
        var address = AddressOf(server);
        var asker = Sys.ActorOf(Props.Create(() => new Asker(address.Addr, address.Port, TestActor)));
        asker.Tell("one", TestActor);
        using (var peer = await AcceptAsync(server))
        {
            Assert.Equal("one", await ReadTextAsync(peer, 3));
            await SendAsync(peer, "first");
            ExpectMsg("first", Limit);
            server.Dispose();
        }

        server = ListenAt(address.ToIPEndPoint());
        using var next = await AcceptAsync(server);
        asker.Tell("two", TestActor);
        Assert.Equal("two", await ReadTextAsync(next, 3));
        await SendAsync(next, "second");
        ExpectMsg("second", Limit);
        server.Dispose();
    }

    [Fact]
    public void The_page_shows_the_example_as_it_is()
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/Asker.cs"));
        var example = source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].TrimEnd();

        Assert.Contains(example, File.ReadAllText(Path.Combine(SourceFile.Root, "docs/client.md")), StringComparison.Ordinal);
    }
}
