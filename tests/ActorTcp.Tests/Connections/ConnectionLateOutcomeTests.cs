namespace ActorTcp.Tests.Connections;

/// <summary>A handler that the connection created also receives the outcomes that come after Closed, before it is stopped.</summary>
public class ConnectionLateOutcomeTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Handler_created_from_Props_receives_outcomes_of_Sends_made_before_Closed()
    {
        var received = new ConcurrentQueue<object>();
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new SendsAfterAbort(received))));

        await SendAsync(client, "now");
        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        await UntilAsync(() => received.Contains("stopped"));

        Assert.Equal(["closed", $"1: {Errno.EPIPE}", "flush: EPIPE", "Write: ENOTCONN", "stopped"], received);
    }

    private sealed class SendsAfterAbort : TcpHandler
    {
        private readonly ConcurrentQueue<object> _received;

        public SendsAfterAbort(ConcurrentQueue<object> received)
        {
            _received = received;
            Receive<ConnectionProtocol.SendFailed>(failed => received.Enqueue($"{failed.Token}: {failed.Errno}"));
            Receive<ConnectionProtocol.ShutdownDone>(done => received.Enqueue($"{done.How}: {done.Errno}"));
        }

        protected override void OnReceived(Received received)
        {
            Connection.Tell(ConnectionProtocol.Abort.Instance, Self);
            Connection.Tell(new Send("late", 1), Self);
            Connection.Tell(new ConnectionProtocol.Flush("flush"), Self);
            Connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Write), Self);
        }

        protected override void OnClosed(ConnectionProtocol.Closed closed) => _received.Enqueue("closed");

        protected override void PostStop() => _received.Enqueue("stopped");
    }
}
