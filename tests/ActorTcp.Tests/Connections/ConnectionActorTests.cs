namespace ActorTcp.Tests.Connections;

/// <summary>The protocol of a connection with the test as its registered handler.</summary>
public sealed class ConnectionActorTests(ITestOutputHelper output)
    : TcpTestKit(output, "actortcp.connection { send-queue-bytes = 256KiB, send-queue-high = 128KiB, send-queue-low = 16KiB }", stillClock: true)
{
    [Fact]
    public async Task Bytes_are_read_only_after_Register()
    {
        var (client, accepted) = await AcceptAsync();
        await client.SendAsync("early"u8.ToArray(), LimitToken());

        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        accepted.Connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);

        var connected = ExpectMsg<ConnectionProtocol.Connected>();
        Assert.Equal(accepted.Connection, connected.Connection);
        Assert.Equal(client.LocalEndPoint, connected.RemoteAddress.ToIPEndPoint());
        Assert.Equal(client.RemoteEndPoint, connected.LocalAddress.ToIPEndPoint());
        var received = ExpectMsg<Received>();
        Assert.Equal((0L, "early"), (received.Offset, Encoding.UTF8.GetString(received.Span)));
        client.Dispose();
    }

    [Fact]
    public async Task Received_has_the_offset_of_its_first_byte_in_the_stream()
    {
        var (client, _) = await RegisteredAsync();
        await client.SendAsync("12345"u8.ToArray(), LimitToken());
        Assert.Equal(0, ExpectMsg<Received>().Offset);

        await client.SendAsync("6"u8.ToArray(), LimitToken());
        Assert.Equal(5, ExpectMsg<Received>().Offset);
        client.Dispose();
    }

    [Fact]
    public async Task Send_with_a_token_is_answered_with_Sent_and_Send_without_a_token_is_not()
    {
        var (client, connection) = await RegisteredAsync();

        connection.Tell(new Send("quiet "), TestActor);
        connection.Tell(new Send("told", "token 1"), TestActor);

        Assert.Equal("token 1", ExpectMsg<ConnectionProtocol.Sent>().Token);
        Assert.Equal("quiet told", await ReadTextAsync(client, 10));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        client.Dispose();
    }

    [Fact]
    public async Task Sends_of_several_senders_arrive_whole_and_in_each_senders_order()
    {
        var (client, connection) = await RegisteredAsync();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                connection.Tell(new Send($"{sender}:{i}\n"), ActorRefs.NoSender);
            }
        }));
        await Task.WhenAll(senders);

        using var reader = new StreamReader(new NetworkStream(client));
        var next = new int[8];
        for (var i = 0; i < 8 * 500; i++)
        {
            var parts = (await reader.ReadLineAsync(LimitToken()))!.Split(':');
            Assert.Equal(next[int.Parse(parts[0])]++, int.Parse(parts[1]));
        }

        client.Dispose();
    }

    [Fact]
    public async Task Send_beyond_the_queue_bound_fails_with_ENOBUFS_and_none_of_it_is_sent()
    {
        var (client, connection) = await RegisteredAsync();
        var block = new Send(new byte[64 * 1024], "block");
        var taken = 0;
        ConnectionProtocol.SendFailed? refused = null;
        while (refused is null)
        {
            connection.Tell(block, TestActor);
            connection.Tell(new Identify(taken), TestActor);
            refused = FishForOutcome(taken);
            taken += refused is null ? 1 : 0;
        }

        Assert.Equal((Errno.ENOBUFS, "block"), (refused.Errno, refused.Token));
        await ReadExactlyAsync(client, taken * 64L * 1024);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], LimitToken()));
        client.Dispose();
    }

    [Fact]
    public async Task Close_flushes_earlier_Sends_and_refuses_later_ones()
    {
        var (client, connection) = await RegisteredAsync();
        IgnoreMessages(message => message is ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow);
        var text = new byte[50 * 1024];
        var length = 0;

        // Waits until some bytes are queued: then the connection cannot finish closing before the client reads.
        while ((await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Limit)).BytesQueued == 0)
        {
            connection.Tell(new Send(text), TestActor);
            length += text.Length;
        }

        connection.Tell(new Send("last", "before"), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        connection.Tell(new Send("after", "after"), TestActor);
        await ReadExactlyAsync(client, length + 4);

        Assert.Equal(0, await client.ReceiveAsync(new byte[1], LimitToken()));
        var messages = ReceiveN(3);
        Assert.Contains(messages, message => message is ConnectionProtocol.Sent { Token: "before" });
        Assert.Contains(messages, message => message is ConnectionProtocol.SendFailed { Token: "after", Errno: Errno.EPIPE });
        var closed = Assert.Single(messages.OfType<ConnectionProtocol.Closed>());
        Assert.Equal((CloseReason.Closed, 0L), (closed.Reason, closed.UnsentBytes));
        client.Dispose();
    }

    [Fact]
    public async Task Abort_resets_the_peer_reports_the_lost_bytes_and_answers_every_Send()
    {
        var (client, connection) = await RegisteredAsync();
        IgnoreMessages(message => message is ConnectionProtocol.QueueHigh or ConnectionProtocol.QueueLow);
        for (var i = 0; i < 4; i++)
        {
            connection.Tell(new Send(new byte[64 * 1024], i), TestActor);
        }

        connection.Tell(ConnectionProtocol.Abort.Instance, TestActor);

        var messages = ReceiveN(5).ToList();
        Assert.Equal(
            Enumerable.Range(0, 4).Cast<object>(),
            messages.Take(4).Select(outcome => outcome is ConnectionProtocol.Sent sent ? sent.Token : ((ConnectionProtocol.SendFailed)outcome).Token!));
        Assert.Equal(CloseReason.Aborted, Assert.IsType<ConnectionProtocol.Closed>(messages[4]).Reason);
        await Assert.ThrowsAsync<SocketException>(() => ReadExactlyAsync(client, long.MaxValue));
        client.Dispose();
    }

    [Fact]
    public async Task Reset_by_the_peer_sends_Closed_with_the_error_and_stops_the_connection()
    {
        var (client, connection) = await RegisteredAsync();
        Watch(connection);

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        var closed = ExpectMsg<ConnectionProtocol.Closed>();
        Assert.Equal((CloseReason.Error, Errno.ECONNRESET), (closed.Reason, closed.Errno));
        ExpectTerminated(connection);
    }

    [Fact]
    public async Task Connection_closes_by_itself_after_the_handler_has_handled_PeerEof()
    {
        var (client, connection) = await RegisteredAsync();
        Watch(connection);

        client.Shutdown(SocketShutdown.Send);

        ExpectMsg<ConnectionProtocol.PeerEof>();
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>().Reason);
        ExpectTerminated(connection);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], LimitToken()));
        client.Dispose();
    }

    [Fact]
    public async Task Handler_with_KeepOpenOnPeerEof_can_send_after_PeerEof()
    {
        var (client, accepted) = await AcceptAsync();
        accepted.Connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = true }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>();
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg<ConnectionProtocol.PeerEof>();

        accepted.Connection.Tell(new Send("still here", 1), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>();
        accepted.Connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        ExpectMsg<ConnectionProtocol.Closed>();
        Assert.Equal("still here", await ReadTextAsync(client, 10));
        client.Dispose();
    }

    [Fact]
    public async Task Connection_that_is_not_registered_is_closed()
    {
        var (client, accepted) = await AcceptAsync();
        Watch(accepted.Connection);

        await AdvanceAsync(new ConnectionSettings().RegisterTimeout + TimeSpan.FromSeconds(1));

        ExpectTerminated(accepted.Connection, Limit);
        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        client.Dispose();
    }

    [Fact]
    public async Task A_connection_whose_handler_stops_is_closed()
    {
        var handler = CreateTestProbe();
        var (client, accepted) = await AcceptAsync();
        accepted.Connection.Tell(new ConnectionProtocol.Register(handler.Ref), TestActor);
        handler.ExpectMsg<ConnectionProtocol.Connected>();

        Sys.Stop(handler.Ref);

        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        client.Dispose();
    }

    [Fact]
    public async Task Connection_that_is_stopped_from_outside_sends_one_Closed()
    {
        var (client, connection) = await RegisteredAsync();

        Sys.Stop(connection);

        Assert.Equal(CloseReason.ConnectionStopped, ExpectMsg<ConnectionProtocol.Closed>().Reason);
        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        client.Dispose();
    }

    private static async Task<string> ReadTextAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var count = 0; count < length;)
        {
            var received = await socket.ReceiveAsync(bytes.AsMemory(count), LimitToken());
            Assert.True(received > 0, "the stream ended early");
            count += received;
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static async Task ReadExactlyAsync(Socket socket, long length)
    {
        var buffer = new byte[64 * 1024];
        for (var left = length; left > 0;)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), LimitToken());
            Assert.True(count > 0, $"the stream ended {left} bytes early");
            left -= count;
        }
    }

    private async Task<(Socket Client, ListenerProtocol.ConnectionAccepted Accepted)> AcceptAsync()
    {
        var bound = Listen(null);
        var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        return (client, ExpectMsg<ListenerProtocol.ConnectionAccepted>());
    }

    private async Task<(Socket Client, IActorRef Connection)> RegisteredAsync()
    {
        var (client, accepted) = await AcceptAsync();
        accepted.Connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>();
        return (client, accepted.Connection);
    }

    /// <summary>The SendFailed that arrived before the answer to Identify, or null if the Send was accepted.</summary>
    private ConnectionProtocol.SendFailed? FishForOutcome(int id)
    {
        ConnectionProtocol.SendFailed? failed = null;
        FishForMessage(message =>
        {
            failed ??= message as ConnectionProtocol.SendFailed;
            return message is ActorIdentity identity && identity.MessageId.Equals(id);
        });
        return failed;
    }
}
