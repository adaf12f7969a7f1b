namespace ActorTcp.Tests.Connections;

/// <summary>The methods of a TcpHandler: replies, awaited Sends, closing, and the token of its connection.</summary>
public class TcpHandlerCallTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Awaited_send_completes_when_the_kernel_has_the_bytes()
    {
        var client = await ClientOfAsync(new Caller(TestActor));

        await SendAsync(client, "send");

        Assert.Equal("an awaited answer", await ReadTextAsync(client, 17));
        Assert.Equal(Errno.None, ExpectMsg<Errno>(Limit));
    }

    [Fact]
    public async Task Awaited_send_completes_with_the_reason_when_the_peer_resets()
    {
        var client = await ClientOfAsync(new Caller(TestActor));
        await SendAsync(client, "send much");

        // The peer reads nothing, so the Send has no outcome yet.
        ExpectMsg("sending", Limit);
        Reset(client);

        Assert.NotEqual(Errno.None, ExpectMsg<Errno>(Limit));
    }

    [Fact]
    public async Task Token_of_a_task_is_cancelled_when_the_peer_leaves_although_the_mailbox_is_paused()
    {
        var client = await ClientOfAsync(new Caller(TestActor));
        await SendAsync(client, "work");
        ExpectMsg("working", Limit);

        Reset(client);

        ExpectMsg("cancelled", Limit);
    }

    [Fact]
    public async Task Token_requested_after_the_end_is_already_cancelled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await ClientOfAsync(new Caller(TestActor, gate.Task));
        await SendAsync(client, "token late");
        ExpectMsg("asleep", Limit);

        Reset(client);
        ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit);
        gate.SetResult();

        Assert.True(ExpectMsg<bool>(Limit));
    }

    [Fact]
    public async Task Send_that_is_awaited_after_the_end_completes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await ClientOfAsync(new Caller(TestActor, gate.Task));
        await SendAsync(client, "send late");
        ExpectMsg("asleep", Limit);

        Reset(client);
        ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit);
        gate.SetResult();

        Assert.NotEqual(Errno.None, ExpectMsg<Errno>(Limit));
    }

    [Fact]
    public async Task Reply_goes_to_the_connection_that_the_bytes_came_from()
    {
        var client = await ClientOfAsync(new Caller(TestActor));

        await SendAsync(client, "reply");

        Assert.Equal("replied", await ReadTextAsync(client, 7));
    }

    [Theory]
    [InlineData("close", CloseReason.Closed)]
    [InlineData("abort", CloseReason.Aborted)]
    public async Task Close_and_Abort_end_the_connection(string command, CloseReason reason)
    {
        var client = await ClientOfAsync(new Caller(TestActor));

        await SendAsync(client, command);

        Assert.Equal(reason, ExpectMsg<CloseReason>(Limit));
    }

    private async Task<Socket> ClientOfAsync(Caller caller)
    {
        return await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new Handler(caller))));
    }

    private sealed record Caller(IActorRef Observer, Task? Gate = null);

    private sealed class Handler(Caller caller) : TcpHandler
    {
        private readonly IActorRef _observer = caller.Observer;

        protected override void OnReceived(Received received)
        {
            switch (Encoding.UTF8.GetString(received.Span))
            {
                case "send":
                    RunTask(async () => _observer.Tell(await SendAsync("an awaited answer"u8.ToArray())));
                    break;
                case "send much":
                    RunTask(async () =>
                    {
                        _observer.Tell("sending");
                        _observer.Tell(await SendAsync(new byte[32 << 20]));
                    });
                    break;
                case "work":
                    RunTask(async disconnected =>
                    {
                        _observer.Tell("working");
                        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                        await using var registration = disconnected.Register(cancelled.SetResult);
                        await cancelled.Task;
                        _observer.Tell("cancelled");
                    });
                    break;
                case "token late":
                    RunTask(async () =>
                    {
                        _observer.Tell("asleep");
                        await caller.Gate!;
                        _observer.Tell(Disconnected.IsCancellationRequested);
                    });
                    break;
                case "send late":
                    RunTask(async () =>
                    {
                        _observer.Tell("asleep");
                        await caller.Gate!;
                        _observer.Tell(await SendAsync("too late"u8.ToArray()));
                    });
                    break;
                case "reply":
                    Reply("replied");
                    break;
                case "close":
                    Close();
                    break;
                case "abort":
                    Abort();
                    break;
            }
        }

        protected override void OnClosed(ConnectionProtocol.Closed closed) => _observer.Tell(closed.Reason);
    }
}
