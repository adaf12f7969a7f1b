namespace ActorTcp.Tests.Connections;

/// <summary>Outcomes that come behind Closed reach a handler that the connection made, too, before it is stopped.</summary>
public sealed class ConnectionLateOutcomeTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Handler_created_from_Props_receives_outcomes_of_Sends_made_before_Closed()
    {
        var heard = new ConcurrentQueue<object>();
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new SendsBehindAbort(heard))));

        await SendAsync(client, "now");
        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        await UntilAsync(() => heard.Contains("stopped"));

        Assert.Equal(["closed", $"1: {Errno.EPIPE}", "flush: EPIPE", "Write: ENOTCONN", "stopped"], heard);
    }

    private sealed class SendsBehindAbort : TcpHandler
    {
        private readonly ConcurrentQueue<object> _heard;

        public SendsBehindAbort(ConcurrentQueue<object> heard)
        {
            _heard = heard;
            Receive<ConnectionProtocol.SendFailed>(failed => heard.Enqueue($"{failed.Token}: {failed.Errno}"));
            Receive<ConnectionProtocol.ShutdownDone>(done => heard.Enqueue($"{done.How}: {done.Errno}"));
        }

        protected override void OnReceived(Received received)
        {
            Connection.Tell(ConnectionProtocol.Abort.Instance, Self);
            Connection.Tell(new Send("late", 1), Self);
            Connection.Tell(new ConnectionProtocol.Flush("flush"), Self);
            Connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Write), Self);
        }

        protected override void OnClosed(ConnectionProtocol.Closed closed) => _heard.Enqueue("closed");

        protected override void PostStop() => _heard.Enqueue("stopped");
    }
}
