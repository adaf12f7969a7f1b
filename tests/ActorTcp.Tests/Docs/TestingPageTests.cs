using Akka.TestKit.Xunit2;
using ActorTcp.Tests.Tidy;

namespace ActorTcp.Tests.Docs;

/// <summary>The scenarios of docs/testing.md. The page shows each of them exactly as it is here.</summary>
public sealed class TestingPageTests : TestKit
{
    private static readonly SockAddr AnyPort = SockAddr.Parse("127.0.0.1:0");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Handler_without_a_server_answers_its_connection()
    {
        var connection = CreateTestProbe();
        connection.IgnoreMessages<IHandlerAck>();
        var handler = Sys.ActorOf(Props.Create<Adder>());

        handler.Tell(new ConnectionProtocol.Connected(connection.Ref, AnyPort, AnyPort));
        handler.Tell(Received.CopyOf("5"u8));
        handler.Tell(Received.CopyOf("6"u8, offset: 1));

        Assert.Equal("5\n", Text(connection.ExpectMsg<Send>(Limit)));
        Assert.Equal("11\n", Text(connection.ExpectMsg<Send>(Limit)));
    }

    [Fact]
    public void Handler_that_fails_continues_with_Resumed()
    {
        var connection = CreateTestProbe();
        connection.IgnoreMessages<IHandlerAck>();
        var handler = Sys.ActorOf(Props.Create<Adder>());
        handler.Tell(new ConnectionProtocol.Connected(connection.Ref, AnyPort, AnyPort));

        EventFilter.Exception<FormatException>().ExpectOne(Limit, () => handler.Tell(Received.CopyOf("x"u8)));
        handler.Tell(new ConnectionProtocol.Resumed(connection.Ref, AnyPort, AnyPort, 0, "x"u8.ToArray(), []) { ReceivedFailed = true });

        Assert.Equal("no number: 1 bytes at 0\n", Text(connection.ExpectMsg<Send>(Limit)));
    }

    [Fact]
    public async Task Server_answers_a_real_client()
    {
        var framing = new SplitFraming(received: new LineFraming(100), sent: new RawFraming());
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<Adder>(), new HandlerOptions { Framing = framing }), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        using var client = new TcpClient();
        await client.ConnectAsync(server);

        await client.GetStream().WriteAsync("5\n6\n"u8.ToArray());

        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("5", await reader.ReadLineAsync().WaitAsync(Limit));
        Assert.Equal("11", await reader.ReadLineAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Test_actor_can_be_the_handler()
    {
        var (client, connection) = await RegisteredAsync();

        await client.GetStream().WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello", Text(ExpectMsg<Received>(Limit)));
        connection.Tell(new Send("world", "token"), TestActor);
        Assert.Equal("token", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        client.Client.Shutdown(SocketShutdown.Send);

        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        client.Dispose();
    }

    [Fact]
    public async Task Client_that_does_not_read_fills_the_queue()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.Describe.Instance, TestActor);
        ExpectMsg<ConnectionDescription>(Limit);
        var piece = new byte[256 * 1024];

        ConnectionProtocol.QueueHigh? high = null;
        while (high is null)
        {
            connection.Tell(new Send(piece), TestActor);
            connection.Tell(ConnectionProtocol.Describe.Instance, TestActor);
            high = FishForMessage(message => message is ConnectionProtocol.QueueHigh or ConnectionDescription, Limit) as ConnectionProtocol.QueueHigh;
        }

        connection.Tell(ConnectionProtocol.Abort.Instance, TestActor);
        var closed = FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);
        Assert.Equal(CloseReason.Aborted, closed.Reason);
        Assert.True(closed.UnsentBytes > 0);
        client.Dispose();
    }

    [Fact]
    public async Task Client_that_sends_no_first_byte_is_closed_at_the_deadline()
    {
        var (client, connection) = await RegisteredAsync();
        var limits = Sys.ActorTcp().Settings.Connection.Limits with { FirstByte = TimeSpan.FromMilliseconds(200) };

        connection.Tell(new ConnectionProtocol.SetLimits(limits), TestActor);

        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        Assert.Equal(CloseReason.FirstByteTimeout, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        client.Dispose();
    }

    [Fact]
    public void The_page_shows_every_scenario_and_the_helpers_and_no_other_code()
    {
        var source = File.ReadAllText(Path.Combine(SourceFile.Root, "tests/ActorTcp.Tests/Docs/TestingPageTests.cs"));
        var page = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/testing.md"));
        var start = source.IndexOf("    [Fact]\n    public void Handler_without_a_server_answers_its_connection", StringComparison.Ordinal);
        var end = source.IndexOf("    [Fact]\n    public void The_page_shows", StringComparison.Ordinal);
        var scenarios = source[start..end].Split("    [Fact]\n", StringSplitOptions.RemoveEmptyEntries);

        var helpers = source[(source.IndexOf("\n    private async Task<(TcpClient", StringComparison.Ordinal) + 1)..source.LastIndexOf('}')];
        var blocks = page.Split("```csharp\n")[1..].Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)].TrimEnd());

        Assert.Equal(6, scenarios.Length);
        Assert.Equal([.. scenarios.Select(scenario => "    [Fact]\n" + scenario.TrimEnd()), helpers.TrimEnd()], blocks);
    }

    private async Task<(TcpClient Client, IActorRef Connection)> RegisteredAsync()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        var client = new TcpClient();
        await client.ConnectAsync(server);
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        return (client, connection);
    }

    private static string Text(Send send) => Encoding.UTF8.GetString(send.Memory.Span);

    private static string Text(Received received) => Encoding.UTF8.GetString(received.Span);
}
