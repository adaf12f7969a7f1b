namespace ActorTcp.Tests.Docs;

/// <summary>The examples of docs/delivery.md.</summary>
public sealed class DeliveryPageTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Acknowledged_handler_answers_in_order()
    {
        var answers = Sys.ActorOf(Props.Create<Upper>());
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new AcknowledgedHandler(answers))));

        await SendAsync(client, "abc");
        Assert.Equal("ABC", await ReadTextAsync(client, 3));
        await SendAsync(client, "def");
        Assert.Equal("DEF", await ReadTextAsync(client, 3));
    }

    [Fact]
    public async Task Push_handler_counts_bytes()
    {
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<PushHandler>()));

        await SendAsync(client, "12345");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("5 bytes\n", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
    }

    [Fact]
    public async Task Pull_handler_relays_a_piece_when_the_last_one_is_stored()
    {
        var options = new HandlerOptions { Pull = true };
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new PullHandler(TestActor)), HandlerOptions: options));

        await SendAsync(client, "one");
        Assert.Equal("one", ExpectMsg<PullHandler.Store>(Limit).Text);
        var handler = LastSender;
        await SendAsync(client, "two");
        handler.Tell(new PullHandler.Stored());
        Assert.Equal("two", ExpectMsg<PullHandler.Store>(Limit).Text);
    }

    [Fact]
    public async Task Producer_sends_all_of_a_stream()
    {
        var bytes = Seeded(1, 3_000_000);
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new ProducerHandler(new MemoryStream(bytes)))));

        Assert.Equal(bytes, await ReadToEndAsync(client));
    }

    private sealed class Upper : ReceiveActor
    {
        public Upper() => Receive<string>(text => Sender.Tell(text.ToUpperInvariant()));
    }

    internal sealed class PushHandler : ReceiveActor
    {
        private long _bytes;

        public PushHandler()
        {
            Receive<Received>(received => _bytes += received.Span.Length);
            Receive<ConnectionProtocol.PeerEof>(_ => Sender.Tell(new Send($"{_bytes} bytes\n")));
            ReceiveAny(_ => { });
        }
    }

    internal sealed class AcknowledgedHandler(IActorRef answers) : TcpHandler
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        protected override void OnReceived(Received received)
        {
            var characters = new char[_decoder.GetCharCount(received.Span, flush: false)];
            _decoder.GetChars(received.Span, characters, flush: false);
            RunTask(async cancellation => Send(await answers.Ask<string>(new string(characters), cancellation)));
        }
    }

    internal sealed class PullHandler : ReceiveActor
    {
        private IActorRef _connection = ActorRefs.Nobody;

        public PullHandler(IActorRef store)
        {
            Receive<ConnectionProtocol.Connected>(connected =>
            {
                _connection = connected.Connection;
                _connection.Tell(ConnectionProtocol.Read.Instance);
            });
            Receive<Received>(received => store.Tell(new Store(Encoding.Latin1.GetString(received.Span))));
            Receive<Stored>(_ => _connection.Tell(ConnectionProtocol.Read.Instance));
            ReceiveAny(_ => { });
        }

        public sealed record Store(string Text);

        public sealed record Stored;
    }

    internal sealed class ProducerHandler(Stream source) : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => RunTask(async cancellation =>
        {
            var buffer = new byte[64 * 1024];
            for (int count; (count = await source.ReadAsync(buffer, cancellation)) > 0;)
            {
                // The buffer can be used again, because the kernel has the bytes when SendAsync completes.
                if (await SendAsync(buffer.AsMemory(0, count)) != Errno.None)
                {
                    return;
                }
            }

            Close();
        });
    }
}
