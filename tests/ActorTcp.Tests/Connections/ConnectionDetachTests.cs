using System.Runtime.CompilerServices;

namespace ActorTcp.Tests.Connections;

/// <summary>Detach: no byte is lost between the bytes that the handler has received and the bytes in the socket.</summary>
public sealed class ConnectionDetachTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO")
{
    [Fact]
    public async Task New_owner_receives_the_socket_and_the_undelivered_bytes()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        await SendAsync(client, "unread");
        await AwaitAsync(connection, description => description.BytesUnread == 6);
        connection.Tell(new Send("sent before"), TestActor);

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        var handed = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        Assert.Equal(CloseReason.Detached, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        Assert.Equal("unread", Encoding.UTF8.GetString(handed.Unread.Span));
        Assert.Equal(client.LocalEndPoint, handed.RemoteAddress.ToIPEndPoint());
        using var tcp = handed.Socket.Take()!;
        Assert.Equal(6, tcp.Send("by Tcp"u8));
        Assert.Equal("sent beforeby Tcp", await ReadTextAsync(client, 17));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public async Task Arriving_stream_continues_at_the_new_owner_without_a_gap(ulong seed)
    {
        // Kept open, because the client may half close before the connection is detached.
        var (client, connection) = await RegisteredAsync(keepOpen: true);
        var bytes = Seeded(seed, 5_000_000);
        var sending = Task.Run(() => SendAsync(client, bytes));
        var received = new MemoryStream();
        while (received.Length < (long)seed * 500_000)
        {
            received.Write(ExpectMsg<Received>(Limit).Span);
        }

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        ConnectionProtocol.Detached? handed = null;
        foreach (var message in ReceiveToClosed())
        {
            handed ??= message as ConnectionProtocol.Detached;
            received.Write(message is Received more ? more.Span : default);
        }

        received.Write(handed!.Unread.Span);
        using var tcp = handed.Socket.Take()!;
        var ending = Task.Run(async () =>
        {
            // Not before the detach, because a stream that has ended closes its connection.
            await sending;
            client.Shutdown(SocketShutdown.Send);
        });
        var buffer = new byte[64 * 1024];
        while (tcp.Recv(buffer, Limit) is { IsError: false, Count: var count })
        {
            received.Write(buffer, 0, count);
        }

        await ending;
        Assert.Equal(bytes, received.ToArray());
    }

    [Theory]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Stop)]
    public async Task Bytes_that_make_the_handler_fail_still_reach_the_new_owner(Directive directive)
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, 1);
        var props = Props.Create(() => new RecordingHandler(record, ProcessingStyle.ReceiveAsync)).WithDispatcher("akka.actor.default-dispatcher");
        var strategy = new OneForOneStrategy(10, TimeSpan.FromMinutes(1), _ => directive);
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, new HandlerOptions { Supervision = strategy }));
        var (handler, connection) = await record.Started.Task.WaitAsync(Limit);
        using var gate = new ManualResetEventSlim();
        handler.Tell(new RecordingHandler.Hold(gate));
        await SendAsync(client, "told,");
        await AwaitAsync(connection, description => description is { BytesIn: 5, BytesUnread: 0 });
        await SendAsync(client, "unread");
        await AwaitAsync(connection, description => description.BytesUnread == 6);

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.Flushing);
        gate.Set();

        var handed = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        var taken = Encoding.UTF8.GetString(record.Taken);
        Assert.Equal("told,unread", taken + Encoding.UTF8.GetString(handed.Unread.Span));
        Assert.Equal(directive == Directive.Restart ? "told," : "", taken);
        handed.Socket.Dispose();
    }

    [Fact]
    public async Task Detached_socket_that_is_never_taken_is_closed()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        Forget();
        ExpectMsg<ConnectionProtocol.Closed>(Limit);

        var ended = EchoClient.IsEndedByServerAsync(client, LimitToken());
        await UntilAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return ended.IsCompleted;
        });

        Assert.True(await ended);
    }

    [Fact]
    public async Task Connection_can_be_detached_before_it_is_registered()
    {
        var (client, connection) = await AcceptAsync();
        await SendAsync(client, "all of it");

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        var handed = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        Assert.Equal(0, handed.Unread.Length);
        using var tcp = handed.Socket.Take()!;
        var buffer = new byte[9];
        Assert.Equal(9, tcp.Recv(buffer, Limit));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forget() => Assert.True(ExpectMsg<ConnectionProtocol.Detached>(Limit).Socket.IsPending);
}
