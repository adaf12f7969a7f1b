namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/socket-options.md.</summary>
public sealed class SocketOptionsPageTests(ITestOutputHelper output) : ConnectorTestKit(output, "akka.loglevel = INFO")
{
    [Fact]
    public async Task Settings_of_the_page_are_those_of_both_ends_and_a_message_changes_one()
    {
        using var server = ListenAt();
        var (tcp, owner, self, handler) = (Sys.ActorTcp(), TestActor, TestActor, (Props?)null);
        var (address, host, port) = (AnyPort, $"{AddressOf(server).ToIPEndPoint().Address}", AddressOf(server).Port);

        var voice = tcp.Settings.Connection with { Dscp = 46, UserTimeout = TimeSpan.FromSeconds(20) };
        tcp.Manager.Tell(new ListenerProtocol.Bind(address, handler) { ConnectionSettings = voice }, owner);
        tcp.Manager.Tell(new ConnectorProtocol.Connect(host, port, handler) { ConnectionSettings = voice }, owner);

        // The listener and the connector run on different loops, so their messages come in any order.
        var (bound, connected) = ((ListenerProtocol.Bound?)null, (ConnectionProtocol.Connected?)null);
        while (bound is null || connected is null)
        {
            var message = ExpectMsg<object>(Limit);
            bound ??= message as ListenerProtocol.Bound;
            connected ??= message as ConnectionProtocol.Connected;
        }

        using var peer = await AcceptAsync(server);
        AssertVoice(connected.Connection);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var connection = FishForMessage<ListenerProtocol.ConnectionAccepted>(_ => true, Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(self), self);
        FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit);
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.NotSentLowWater(16 * 1024)), self);
        FishForMessage<ConnectionProtocol.OptionSet>(_ => true, Limit);
        AssertVoice(connection);
    }

    private void AssertVoice(IActorRef connection)
    {
        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        using var tcp = FishForMessage<ConnectionProtocol.Detached>(_ => true, Limit).Socket.Take()!;
        Assert.Equal(46, RawOptions.Number(tcp, SocketNumbers.LevelIp, SocketNumbers.IpTos) >> 2);
        Assert.Equal(20_000, RawOptions.Number(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout));
    }
}
