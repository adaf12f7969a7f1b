namespace ActorTcp.Tests.Connections;

/// <summary>When bytes are delivered: credits of the handler, its pauses, and bytes that it has not confirmed.</summary>
public class ConnectionReadingTests(ITestOutputHelper output)
    : ConnectionTestKit(output, "akka.loglevel = INFO\nactortcp.connection { read-ahead-bytes = 64KiB }")
{
    private const int ReadAhead = 64 * 1024;

    [Fact]
    public async Task In_pull_mode_each_Read_delivers_one_Received_and_credits_add_up()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(client, "four");
            await AwaitAsync(connection, description => description.BytesIn == 4 * (i + 1));
        }

        Assert.Equal(20, (await DescribeAsync(connection)).BytesUnread);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Describe.Instance, TestActor);

        // The pieces after the first one are joined.
        Assert.Equal((0L, 4), OffsetAndLength(ExpectMsg<Received>(Limit)));
        Assert.Equal((4L, 16), OffsetAndLength(ExpectMsg<Received>(Limit)));
        Assert.Equal(0, ExpectMsg<ConnectionDescription>(Limit).BytesUnread);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        await SendAsync(client, "on the first credit");
        Assert.Equal(20, ExpectMsg<Received>(Limit).Offset);
        await SendAsync(client, "on the second");
        Assert.Equal(39, ExpectMsg<Received>(Limit).Offset);
    }

    [Fact]
    public async Task In_pull_mode_PeerEof_is_sent_only_after_the_last_bytes()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        await SendAsync(client, "last");
        client.Shutdown(SocketShutdown.Send);
        await AwaitAsync(connection, description => description is { BytesIn: 4, Phase: ConnectionPhase.PeerEndPending });

        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);

        Assert.Equal(4, ExpectMsg<Received>(Limit).Length);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        ExpectMsg<ConnectionProtocol.Closed>(Limit);
    }

    [Fact]
    public async Task SuspendReading_delivers_nothing_until_ResumeReading_then_all_bytes_in_order()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        await DescribeAsync(connection);
        var bytes = Seeded(2, 200_000);
        var sending = SendAsync(client, bytes);

        connection.Tell(ConnectionProtocol.Describe.Instance, TestActor);
        ExpectMsg<ConnectionDescription>(Limit);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);

        Assert.Equal(bytes, ReceiveBytes(bytes.Length));
        await sending;
    }

    [Fact]
    public async Task Connection_suspended_before_Register_sends_Connected_and_no_bytes()
    {
        var (client, connection) = await AcceptAsync();
        await SendAsync(client, "early");
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);

        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);

        Assert.Equal(5, ExpectMsg<Received>(Limit).Length);
    }

    [Fact]
    public async Task Slow_handler_that_confirms_pauses_reading_and_loses_nothing()
    {
        var record = new HandlerRecord();
        var props = Props.Create(() => new RecordingHandler(record, ProcessingStyle.Hooks)).WithDispatcher("akka.actor.default-dispatcher");
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props));
        var (handler, connection) = await record.Started.Task.WaitAsync(Limit);
        var bytes = Seeded(3, 20_000_000);
        var sending = SendAsync(client, bytes);
        for (var i = 0; i < 20; i++)
        {
            var gate = new ManualResetEventSlim();
            handler.Tell(new RecordingHandler.Hold(gate));
            var stands = await DescribeAsync(connection);
            await AwaitAsync(connection, description => description.BytesUnread >= ReadAhead || description.BytesIn == bytes.Length || description.BytesIn > stands.BytesIn);
            for (var look = 0; look < 10; look++)
            {
                Assert.InRange((await DescribeAsync(connection)).BytesUnread, 0, ReadAhead + SlabPool.SlabSize);
            }

            gate.Set();
        }

        await sending;
        client.Shutdown(SocketShutdown.Send);
        await record.Ended.Task.WaitAsync(Limit);
        Assert.Null(record.Fault);
        Assert.Equal(bytes, record.Taken);
    }

    private static (long Offset, int Length) OffsetAndLength(Received received) => (received.Offset, received.Length);
}
