namespace ActorTcp.Tests.Connectors;

public sealed class ConnectorSendsTests
{
    private readonly RecordingRef _connection = new("connection");
    private readonly RecordingRef _sender = new("sender");
    private readonly ConnectorSends _sends = new(new RecordingRef("connector"), queueBytes: 10, "host:1");

    [Fact]
    public void Queued_Sends_are_forwarded_in_their_order()
    {
        _sends.Queue(new Send("ab", 1), _sender);
        _sends.Queue(new Send("c", 2), _sender);
        Assert.Equal(3, _sends.QueuedBytes);

        _sends.ForwardQueued(_connection);

        Assert.Equal([1, 2], Forwarded().Select(sent => sent.Token));
        Assert.Equal((0, 2), (_sends.QueuedBytes, _sends.InFlight));
    }

    [Theory]
    [InlineData(0, Errno.ENOTCONN)]
    [InlineData(2, Errno.ENOBUFS)]
    public void Send_beyond_the_queue_is_refused_with_its_token(int queueBytes, Errno errno)
    {
        var sends = new ConnectorSends(new RecordingRef("connector"), queueBytes, "host:1");

        sends.Queue(new Send("abc", "token"), _sender);

        var failed = Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take()));
        Assert.Equal(("token", errno, 0), (failed.Token, failed.Errno, sends.QueuedBytes));
    }

    [Fact]
    public void Each_Send_in_flight_has_one_outcome_when_the_connection_stops()
    {
        _sends.Forward(_connection, new Send("a", 1), _sender);
        _sends.Forward(_connection, new Send("b", 2), _sender);
        _sends.OnSent(Forwarded()[1]);

        _sends.FailInFlight(Errno.ECONNRESET);
        _sends.OnSent(Forwarded()[0]);

        var outcomes = _sender.Take();
        Assert.Equal(new ConnectionProtocol.Sent(2), outcomes[0]);
        var failed = Assert.IsType<ConnectionProtocol.SendFailed>(outcomes[1]);
        Assert.Equal((1, Errno.ECONNRESET, 2, 0), (failed.Token, failed.Errno, outcomes.Count, _sends.InFlight));
    }

    [Fact]
    public void Queued_Sends_fail_when_no_connection_will_follow()
    {
        _sends.Queue(new Send("a", 1), _sender);

        _sends.FailQueued(Errno.None, "why");

        var failed = Assert.IsType<ConnectionProtocol.SendFailed>(Assert.Single(_sender.Take()));
        Assert.Equal((1, Errno.EPIPE, 0), (failed.Token, failed.Errno, _sends.QueuedBytes));
        Assert.Contains("why", failed.Text);
    }

    private List<InFlightSend> Forwarded() => [.. _connection.Messages.Cast<Send>().Select(send => (InFlightSend)send.Token!)];
}
