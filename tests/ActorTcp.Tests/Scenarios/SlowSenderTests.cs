namespace ActorTcp.Tests.Scenarios;

/// <summary>
/// Many clients that send one byte at a time and never end their line, with a deadline for a line, and normal clients at the same time.
/// ACTORTCP_SLOW_SECONDS is the deadline (1); a byte is sent every fifth of it.
/// </summary>
public abstract class SlowSenderTests : ConnectionTestKit
{
    private const int SlowClients = 1000;
    private const int HonestClients = 50;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(TestSettings.Number("ACTORTCP_SLOW_SECONDS") ?? 1);

    protected SlowSenderTests(ITestOutputHelper output, int loops)
        : base(output, $"akka.loglevel = INFO\nactortcp.connection.frame-timeout = {Deadline.TotalMilliseconds}ms", loops, stillClock: false)
    {
    }

    [Fact]
    public async Task Clients_that_do_not_finish_a_line_in_time_are_closed_and_others_are_served()
    {
        var closed = CreateTestProbe();
        Sys.EventStream.Subscribe(closed.Ref, typeof(ListenerProtocol.ConnectionClosed));
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>(), new HandlerOptions { Framing = new LineFraming(1000) }), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        var slow = new Socket[SlowClients];
        var honest = new Socket[HonestClients];
        for (var i = 0; i < honest.Length; i++)
        {
            honest[i] = await EchoClient.ConnectAsync(server, LimitToken());
        }

        for (var i = 0; i < slow.Length; i++)
        {
            slow[i] = await EchoClient.ConnectAsync(server, LimitToken());
        }

        using var over = new CancellationTokenSource();
        var lines = honest.Select((socket, i) => Task.Run(() => EchoLinesAsync(socket, i, over.Token))).ToList();
        var dribble = Task.Run(() => DribbleAsync(slow, over.Token));

        for (var i = 0; i < SlowClients; i++)
        {
            Assert.Equal(CloseReason.FrameTimeout, closed.ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
        }

        await over.CancelAsync();
        await dribble;
        Assert.All(await Task.WhenAll(lines), count => Assert.True(count > 0, "a normal client got no answer"));
        closed.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Array.ForEach([.. slow, .. honest], socket => socket.Dispose());
    }

    private static async Task DribbleAsync(Socket[] clients, CancellationToken over)
    {
        using var pace = new PeriodicTimer(Deadline / 5);
        while (!over.IsCancellationRequested)
        {
            foreach (var client in clients)
            {
                // A closed client fails and stops sending.
                _ = client.Send("x"u8, SocketFlags.None, out _);
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<int> EchoLinesAsync(Socket client, int number, CancellationToken over)
    {
        var count = 0;
        for (; !over.IsCancellationRequested; count++)
        {
            var line = Encoding.ASCII.GetBytes($"line {count} of {number}\n");
            await SendAsync(client, line);
            Assert.Equal(line, await ReadAsync(client, line.Length));
        }

        return count;
    }

    public sealed class OneLoop(ITestOutputHelper output) : SlowSenderTests(output, loops: 1);

    public sealed class TwoLoops(ITestOutputHelper output) : SlowSenderTests(output, loops: 2);
}
