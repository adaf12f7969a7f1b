using Akka.Actor.Setup;

namespace ActorTcp.Tests.Docs;

/// <summary>docs/client.md shows code that compiles and works as described.</summary>
public sealed class ClientPageTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task Example_asks_one_server_after_the_other_and_loses_no_question()
    {
        var server = ListenAt();
        var address = AddressOf(server);
        var asker = Sys.ActorOf(Props.Create(() => new Asker(address.Addr, address.Port, TestActor)));
        asker.Tell("one", TestActor);
        using (var peer = await AcceptAsync(server))
        {
            Assert.Equal("one\n", await ReadTextAsync(peer, 4));

            // The letter \u00e9 arrives in two packets.
            var answer = Encoding.UTF8.GetBytes("caf\u00e9\n");
            await SendAsync(peer, answer.AsMemory(0, 4));
            await SendAsync(peer, answer.AsMemory(4));
            ExpectMsg("caf\u00e9", Limit);
            server.Dispose();
        }

        server = ListenAt(address.ToIPEndPoint());
        using var next = await AcceptAsync(server);
        asker.Tell("two", TestActor);
        Assert.Equal("two\n", await ReadTextAsync(next, 4));
        await SendAsync(next, "second\n");
        ExpectMsg("second", Limit);
        server.Dispose();
    }

    [Fact]
    public async Task Resolver_of_the_page_finds_its_names_and_those_of_the_system()
    {
        using var server = ListenAt(new IPEndPoint(IPAddress.Loopback, 0));
        var names = new Dictionary<string, IPAddress> { ["upstream"] = IPAddress.Loopback };
        var config = "actortcp.loops = 1";
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(config),
            new HostResolverSetup(new NamesFirst(names)));
        using var system = ActorSystem.Create("clients", setup);

        foreach (var host in new[] { "upstream", "localhost" })
        {
            system.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(host, AddressOf(server).Port, Props.Create<EchoHandler>()), TestActor);
            using var peer = await AcceptAsync(server);
        }
    }
}
