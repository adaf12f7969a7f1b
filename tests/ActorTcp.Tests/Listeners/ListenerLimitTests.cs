using System.Runtime.CompilerServices;

namespace ActorTcp.Tests.Listeners;

/// <summary>The limits of a listener, and their change while it runs.</summary>
public abstract class ListenerLimitTests(ITestOutputHelper output, int loops) : TcpTestKit(output, loops: loops)
{
    [Fact]
    public async Task With_a_limit_of_10_the_11th_client_waits_in_the_backlog_until_one_disconnects()
    {
        var bound = await LimitedAsync(new ListenerLimits(10));
        var clients = await EchoingAsync(bound, 10);

        using var eleventh = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var served = EchoClient.EchoAsync(eleventh, 100, 11, 10, LimitToken());
        ExpectMsg<ListenerProtocol.LimitReached>();
        Assert.Equal(10, (await DescribeAsync(bound)).Connections.Count);
        Assert.False(served.IsCompleted);

        clients[3].Dispose();

        await served;
        await EchoClient.EchoAsync(clients[4], 100, 4, 10, LimitToken());
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task With_the_policy_close_the_11th_client_is_closed_and_the_others_stay()
    {
        var bound = await LimitedAsync(new ListenerLimits(10, LimitPolicy.AcceptAndClose));
        var clients = await EchoingAsync(bound, 10);

        using var eleventh = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());

        Assert.True(await EchoClient.IsEndedByServerAsync(eleventh, LimitToken()));
        ExpectMsg<ListenerProtocol.LimitReached>();
        await Task.WhenAll(clients.Select((client, i) => EchoClient.EchoAsync(client, 100, (ulong)i, 10, LimitToken())));
        Assert.Equal(1, (await DescribeAsync(bound)).Refused);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task With_the_policy_answer_the_11th_client_receives_the_answer_and_is_closed()
    {
        var bound = await LimitedAsync(new ListenerLimits(10, LimitPolicy.AcceptAnswerAndClose, "come back later\n"));
        var clients = await EchoingAsync(bound, 10);

        using var eleventh = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var answer = new MemoryStream();
        await new NetworkStream(eleventh).CopyToAsync(answer, LimitToken());

        Assert.Equal("come back later\n", Encoding.UTF8.GetString(answer.ToArray()));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Raised_limit_accepts_the_clients_in_the_backlog()
    {
        var bound = await LimitedAsync(new ListenerLimits(1));
        var clients = await EchoingAsync(bound, 1);
        using var second = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var served = EchoClient.EchoAsync(second, 100, 2, 10, LimitToken());

        bound.Listener.Tell(new ListenerProtocol.SetLimits(new ListenerLimits(2)), TestActor);

        FishForMessage<ListenerProtocol.LimitsSet>(_ => true);
        await served;
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Limits_that_break_a_rule_are_refused_with_the_rule()
    {
        var bound = Listen(Props.Create<EchoHandler>());

        bound.Listener.Tell(new ListenerProtocol.SetLimits(new ListenerLimits(-1)), TestActor);

        var failed = ExpectMsg<ListenerProtocol.CommandFailed>();
        Assert.Equal((Errno.EINVAL, "max-connections is -1; it must be 0 (no limit) or above"), (failed.Errno, failed.Text));
    }

    [Fact]
    public async Task A_paused_listener_leaves_clients_in_the_backlog_until_it_is_resumed()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        bound.Listener.Tell(ListenerProtocol.PauseAccepting.Instance, TestActor);
        Assert.False((await DescribeAsync(bound)).Accepting);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var served = EchoClient.EchoAsync(client, 100, 1, 10, LimitToken());
        Assert.Empty((await DescribeAsync(bound)).Connections);

        bound.Listener.Tell(ListenerProtocol.ResumeAccepting.Instance, TestActor);

        await served;
    }

    [Fact]
    public async Task Further_ports_can_be_added_and_removed_while_the_listener_runs()
    {
        var bound = await ListenWithTwoPortsAsync();
        using var before = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var next = bound.LocalAddress.ToIPEndPoint();
        next.Port++;
        using var client = await EchoClient.ConnectAsync(next, LimitToken());

        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
        await EchoClient.EchoAsync(before, 1000, 2, 100, LimitToken());
        Assert.Equal(2, (await DescribeAsync(bound)).Ports);

        bound.Listener.Tell(new ListenerProtocol.SetPorts(0), TestActor);
        ExpectMsg<ListenerProtocol.PortsSet>();
        await Assert.ThrowsAsync<SocketException>(() => EchoClient.ConnectAsync(next, LimitToken()));
        await EchoClient.EchoAsync(client, 1000, 3, 100, LimitToken());
        using var again = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(again, 1000, 4, 100, LimitToken());
    }

    [Fact]
    public async Task Handlers_that_cannot_start_close_only_their_own_connections()
    {
        var failing = new StrongBox<bool>();
        var bound = Listen(Props.Create(() => new FailsToStart(failing)));
        var alive = await EchoingAsync(bound, 50);

        Volatile.Write(ref failing.Value, true);
        for (var i = 0; i < 10; i++)
        {
            using var unlucky = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
            Assert.True(await EchoClient.IsEndedByServerAsync(unlucky, LimitToken()));
        }

        Volatile.Write(ref failing.Value, false);
        await Task.WhenAll(alive.Select((client, i) => EchoClient.EchoAsync(client, 1000, (ulong)i, 100, LimitToken())));
        var description = await DescribeAsync(bound);
        Assert.Equal(bound.Listener, description.Listener);
        Assert.Equal(60, description.Accepted);
        alive.ForEach(client => client.Dispose());
    }

    private async Task<ListenerProtocol.Bound> LimitedAsync(ListenerLimits limits)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.LimitReached));
        var bound = Listen(Props.Create<EchoHandler>());
        Assert.Equal(limits, (await bound.Listener.Ask<ListenerProtocol.LimitsSet>(new ListenerProtocol.SetLimits(limits), Limit)).Limits);
        return bound;
    }

    private static async Task<List<Socket>> EchoingAsync(ListenerProtocol.Bound bound, int count)
    {
        var clients = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
            await EchoClient.EchoAsync(client, 10, (ulong)i, 10, LimitToken());
            clients.Add(client);
        }

        return clients;
    }

    private static Task<ListenerDescription> DescribeAsync(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    /// <summary>Binds a listener that also listens on the port after its own.</summary>
    private async Task<ListenerProtocol.Bound> ListenWithTwoPortsAsync()
    {
        var bound = Listen(Props.Create<EchoHandler>(), host: LoopbackAddress.Next());
        Assert.Equal(1, (await bound.Listener.Ask<ListenerProtocol.PortsSet>(new ListenerProtocol.SetPorts(1), Limit)).Count);
        return bound;
    }

    private sealed class FailsToStart : ReceiveActor
    {
        public FailsToStart(StrongBox<bool> failing)
        {
            if (Volatile.Read(ref failing.Value))
            {
                throw new InvalidOperationException("cannot start");
            }

            Receive<Received>(received => Sender.Tell(received.ToSend()));
            ReceiveAny(_ => { });
        }
    }

    public sealed class OneLoop(ITestOutputHelper output) : ListenerLimitTests(output, loops: 1);

    public sealed class TwoLoops(ITestOutputHelper output) : ListenerLimitTests(output, loops: 2);
}
