namespace ActorTcp.Tests.Listeners;

/// <summary>Unbind, Drain and the stop of a listener: the clients in its backlog, and the answers.</summary>
public sealed class ListenerStoppingTests(ITestOutputHelper output) : TcpTestKit(output, stillClock: true)
{
    private const int Waiting = 5;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_in_the_backlog_are_served_after_Unbind_and_Drain(bool drain)
    {
        var (bound, clients) = await PausedWithBacklogAsync(new ListenerLimits(0));

        bound.Listener.Tell(drain ? new ListenerProtocol.Drain(Hour) : ListenerProtocol.Unbind.Instance, TestActor);

        await Task.WhenAll(clients.Select(client => ReadAsync(client)));
        clients.ForEach(client => client.Dispose());
        if (drain)
        {
            Assert.Equal(new ListenerProtocol.Drained(Waiting, 0, 0), ExpectMsg<ListenerProtocol.Drained>(Limit));
        }
        else
        {
            ExpectMsg<ListenerProtocol.Unbound>(Limit);
            ExpectTerminated(bound.Listener, Limit);
        }
    }

    [Fact]
    public async Task Clients_in_the_backlog_beyond_the_limit_get_an_end_of_stream_at_Unbind()
    {
        var (bound, clients) = await PausedWithBacklogAsync(new ListenerLimits(2));

        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);

        var answers = await Task.WhenAll(clients.Select(client => client.ReceiveAsync(new byte[1], LimitToken()).AsTask()));
        Assert.Equal([1, 1, 0, 0, 0], answers);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Clients_in_the_backlog_get_an_end_of_stream_when_the_listener_is_stopped()
    {
        var (bound, clients) = await PausedWithBacklogAsync(new ListenerLimits(0));

        Sys.Stop(bound.Listener);

        var answers = await Task.WhenAll(clients.Select(client => client.ReceiveAsync(new byte[1], LimitToken()).AsTask()));
        Assert.Equal([0, 0, 0, 0, 0], answers);
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData(3600, 1)]
    [InlineData(1, 3600)]
    public async Task Each_Drain_is_answered_and_the_shorter_deadline_counts(int first, int second)
    {
        var (bound, client) = await EchoingAsync();
        var (one, two) = (CreateTestProbe(), CreateTestProbe());

        bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.FromSeconds(first)), one);
        bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.FromSeconds(second)), two);
        await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
        await AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        client.Dispose();
        Assert.All([one, two], probe => Assert.Equal(new ListenerProtocol.Drained(0, 1, 0), probe.ExpectMsg<ListenerProtocol.Drained>(Limit)));
    }

    [Fact]
    public async Task Unbind_is_answered_while_draining()
    {
        var (bound, client) = await EchoingAsync();
        bound.Listener.Tell(new ListenerProtocol.Drain(Hour), TestActor);

        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);

        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        client.Dispose();
        ExpectMsg(new ListenerProtocol.Drained(1, 0, 0), Limit);
    }

    [Fact]
    public void Requests_that_are_queued_when_a_listener_stops_are_answered()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        using var gate = new ManualResetEventSlim();
        Sys.ActorTcp().Loops[0].Post(() => gate.Wait(Limit));
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        bound.Listener.Tell(new ListenerProtocol.Drain(Hour), TestActor);
        bound.Listener.Tell(new ListenerProtocol.Drain(Hour), TestActor);

        gate.Set();

        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        ExpectMsg(new ListenerProtocol.Drained(0, 0, 0), Limit);
        ExpectMsg(new ListenerProtocol.Drained(0, 0, 0), Limit);
    }

    /// <summary>Returns a watched listener that accepts nothing, and clients in its backlog that have each sent one byte.</summary>
    private async Task<(ListenerProtocol.Bound Bound, List<Socket> Clients)> PausedWithBacklogAsync(ListenerLimits limits)
    {
        var bound = Listen(Props.Create<EchoHandler>());
        Watch(bound.Listener);
        bound.Listener.Tell(ListenerProtocol.PauseAccepting.Instance, TestActor);
        await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(limits), Limit);
        var clients = new List<Socket>();
        for (var i = 0; i < Waiting; i++)
        {
            var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
            await client.SendAsync(new byte[] { 1 }, LimitToken());
            clients.Add(client);
        }

        return (bound, clients);
    }

    private async Task<(ListenerProtocol.Bound Bound, Socket Client)> EchoingAsync()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        return (bound, client);
    }

    private static async Task ReadAsync(Socket client) => Assert.Equal(1, await client.ReceiveAsync(new byte[1], LimitToken()));
}
