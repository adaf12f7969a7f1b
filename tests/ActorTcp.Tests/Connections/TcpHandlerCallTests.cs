namespace ActorTcp.Tests.Connections;

/// <summary>What a TcpHandler can call: replies, awaited Sends, closing, and the token of its connection.</summary>
public sealed class TcpHandlerCallTests(ITestOutputHelper output) : ConnectionTestKit(output)
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

        // The peer reads nothing, so the Send has no outcome before.
        ExpectMsg("sending", Limit);
        Reset(client);

        Assert.NotEqual(Errno.None, ExpectMsg<Errno>(Limit));
    }

    [Fact]
    public async Task Token_of_a_task_is_cancelled_when_the_peer_is_gone_although_the_mailbox_waits()
    {
        var client = await ClientOfAsync(new Caller(TestActor));
        await SendAsync(client, "work");
        ExpectMsg("working", Limit);

        Reset(client);

        ExpectMsg("cancelled", Limit);
    }

    [Fact]
    public async Task Token_that_is_asked_for_after_the_end_is_cancelled_or_none()
    {
        var client = await ClientOfAsync(new Caller(TestActor));
        await SendAsync(client, "token late");
        ExpectMsg("asleep", Limit);
        Reset(client);

        ExpectMsg("late: cancelled", Limit);
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
        var observer = caller.Observer;
        return await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new Handler(observer))));
    }

    private sealed record Caller(IActorRef Observer);

    private sealed class Handler(IActorRef observer) : TcpHandler
    {
        protected override void OnReceived(Received received)
        {
            switch (Encoding.UTF8.GetString(received.Span))
            {
                case "send":
                    RunTask(async () => observer.Tell(await SendAsync("an awaited answer"u8.ToArray())));
                    break;
                case "send much":
                    RunTask(async () =>
                    {
                        observer.Tell("sending");
                        observer.Tell(await SendAsync(new byte[32 << 20]));
                    });
                    break;
                case "work":
                    RunTask(async disconnected =>
                    {
                        observer.Tell("working");
                        await Task.Delay(Timeout.Infinite, disconnected).ContinueWith(static _ => { }, TaskScheduler.Default);
                        observer.Tell("cancelled");
                    });
                    break;
                case "token late":
                    RunTask(async () =>
                    {
                        observer.Tell("asleep");
                        await Eventually.HoldsAsync(() => Disconnected.IsCancellationRequested, () => "the token is not cancelled");
                        observer.Tell("late: cancelled");
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

        protected override void OnClosed(ConnectionProtocol.Closed closed) => observer.Tell(closed.Reason);
    }
}
