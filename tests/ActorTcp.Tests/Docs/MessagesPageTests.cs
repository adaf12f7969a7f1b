namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/messages.md.</summary>
public sealed class MessagesPageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Server_on_a_host_name_listens_and_drains()
    {
        var system = Sys;
        var bound = await system.ActorTcp().BindAsync(new ListenerProtocol.Bind("localhost", 0, Props.Create<EchoHandler>()));
        Console.WriteLine($"Listening on {bound.LocalAddress}");
        var listener = bound.Listener;
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await SendAsync(client, "hello");
        Assert.Equal("hello", await ReadTextAsync(client, 5));
        client.Dispose();

        var drained = await listener.Ask<ListenerProtocol.Drained>(new ListenerProtocol.Drain(TimeSpan.FromSeconds(30)));
        Console.WriteLine($"{drained.Finished} connections finished, {drained.Closed} were closed, {drained.Aborted} were aborted");
        Assert.Equal(0, drained.Aborted);
    }

    [Fact]
    public async Task Gate_registers_itself_for_all_connections()
    {
        var gate = Sys.ActorOf(Props.Create(() => new Gate(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!, TestActor)));
        using var first = await EchoClient.ConnectAsync(ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint(), LimitToken());

        await SendAsync(first, "hello");
        Assert.Equal("hello", await ReadTextAsync(first, 5));
        Sys.Stop(gate);
    }

    [Fact]
    public async Task Every_Send_of_the_page_has_its_outcome()
    {
        var self = TestActor;
        var (client, connection) = await RegisteredAsync();
        ReadOnlyMemory<byte> header = "4:"u8.ToArray();
        ReadOnlyMemory<byte> body = "body"u8.ToArray();

        connection.Tell(new Send("text\n"), self);
        connection.Tell(new Send(new[] { header, body }), self);
        connection.Tell(new Send("important\n", token: 1), self);
        connection.Tell(new Send("urgent\n", token: 2) { Timeout = TimeSpan.FromSeconds(2) }, self);
        connection.Tell(new ConnectionProtocol.Flush("all"), self);

        Assert.Equal(1, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal(2, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal("all", ExpectMsg<ConnectionProtocol.Flushed>(Limit).Token);
        Assert.Equal("text\n4:bodyimportant\nurgent\n", await ReadTextAsync(client, 28));
    }

    [Fact]
    public async Task Options_limits_and_description_of_a_connection_are_answered()
    {
        var (_, connection) = await RegisteredAsync();
        var self = TestActor;
        var limits = Sys.ActorTcp().Settings.Connection.Limits;

        connection.Tell(new ConnectionProtocol.SetLimits(limits with { Idle = TimeSpan.FromMinutes(30) }), self);
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.NoDelay(false)), self);
        var description = await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance);

        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
        Assert.Equal(ConnectionPhase.Open, description.Phase);
    }

    [Fact]
    public async Task Upload_follows_its_header_line()
    {
        var options = new HandlerOptions { Framing = new LineFraming(maxLength: 1000) };
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new UploadHandler(TestActor)), HandlerOptions: options));

        await SendAsync(client, "upload 5\na\nb\nc");

        Assert.Equal("a\nb\nc", ExpectMsg<string>(Limit));
    }

    [Fact]
    public async Task Socket_is_adopted_and_moves_to_another_handler()
    {
        var manager = Sys.ActorTcp().Manager;
        var self = TestActor;
        var (tcp, client) = Accepted();
        manager.Tell(new AdoptionProtocol.Adopt(tcp.Detach()!, Props.Create<EchoHandler>()), self);
        var connection = ExpectMsg<AdoptionProtocol.Adopted>(Limit).Connection;
        await SendAsync(client, "one");
        Assert.Equal("one", await ReadTextAsync(client, 3));

        connection.Tell(new ConnectionProtocol.Detach(self));
        var detached = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        manager.Tell(new AdoptionProtocol.Adopt(detached, Props.Create<EchoHandler>()), self);

        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        await SendAsync(client, "two");
        Assert.Equal("two", await ReadTextAsync(client, 3));
        client.Dispose();
    }

    [Fact]
    public async Task Descriptor_is_adopted_in_the_documented_order()
    {
        var manager = Sys.ActorTcp().Manager;
        var self = TestActor;
        var (tcp, client) = Accepted();
        manager.Tell(new AdoptionProtocol.Adopt(tcp.SockFd, Props.Create<EchoHandler>()), self);
        tcp.FlyAway();

        ExpectMsg<AdoptionProtocol.Adopted>(Limit);
        await SendAsync(client, "one");
        Assert.Equal("one", await ReadTextAsync(client, 3));
        client.Dispose();
    }

    private static (Tcp Tcp, Socket Client) Accepted()
    {
        using var server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!)!;
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(server.SockName()!.ToIPEndPoint());
        return (server.Accept()!, client);
    }

    internal sealed class Gate : ReceiveActor
    {
        public Gate(SockAddr address, IActorRef owner)
        {
            Receive<ListenerProtocol.Bound>(bound => owner.Forward(bound));
            Receive<ListenerProtocol.BindFailed>(failed => owner.Forward(failed));
            Receive<ListenerProtocol.ConnectionAccepted>(accepted => accepted.Connection.Tell(new ConnectionProtocol.Register(Self)));

            // The sender of these messages is a connection.
            Receive<ConnectionProtocol.Connected>(_ => { });
            Receive<Received>(received => Sender.Tell(received.ToSend()));
            Receive<ConnectionProtocol.PeerEof>(_ => { });
            Receive<ConnectionProtocol.Closed>(_ => { });
            Context.System.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(address));
        }
    }

    internal sealed class UploadHandler(IActorRef uploads) : TcpHandler
    {
        private bool _isUpload;

        protected override void OnReceived(Received received)
        {
            var text = Encoding.UTF8.GetString(received.Span);
            if (_isUpload)
            {
                uploads.Tell(text);
                Close();
            }
            else if (text.StartsWith("upload ", StringComparison.Ordinal))
            {
                // Counts from the first byte after this line.
                _isUpload = true;
                var length = int.Parse(text["upload ".Length..], CultureInfo.InvariantCulture);
                Connection.Tell(new ConnectionProtocol.SetFraming(new FixedFraming(length)), Self);
            }
        }
    }
}
