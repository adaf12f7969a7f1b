namespace ActorTcp.Tests.Support;

/// <summary>
/// Sends in every way when it is connected and answers each message.
/// It shuts down its side and ends the connection after the peer has closed, or detaches it after its answer.
/// It records the questions and the answers.
/// </summary>
internal sealed class TokenedHandler : TcpHandler
{
    /// <summary>The piece that it sends after each echo.</summary>
    public const string AfterEcho = "c";

    private const string Unasked = "bytes that were not asked for";

    private readonly Record _record;
    private readonly int _bulk;
    private readonly object _end;
    private readonly bool _pulls;
    private int _asked;

    /// <summary>Creates a handler.</summary>
    /// <param name="record">The record of its messages.</param>
    /// <param name="bulk">The length of its longest Send.</param>
    /// <param name="end">The command that ends the connection.</param>
    /// <param name="pulls">Whether it uses pull mode.</param>
    public TokenedHandler(Record record, int bulk, object end, bool pulls)
    {
        _record = record;
        _bulk = bulk;
        _end = end;
        _pulls = pulls;
        record.Instances++;
        ReceiveAny(record.Messages.Enqueue);
    }

    /// <summary>The number of bytes that it sends when it is connected.</summary>
    public static int GreetingOf(int bulk) => 1 + 2 + bulk;

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        _record.Messages.Enqueue(connected);
        Connection.Tell(new Send("a"), Self);
        Ask("sent", token => new Send("bb", token));
        Ask("gathered", token => new Send(new byte[_bulk], token));
        Ask("flushed", token => new ConnectionProtocol.Flush(token));
        Pull();
    }

    protected override void OnReceived(Received received)
    {
        _record.Messages.Enqueue(_pulls && _asked-- <= 0 ? Unasked : "bytes");
        Ask("echoed", received.ToSend);
        Connection.Tell(new Send(AfterEcho), Self);
        if (_end is ConnectionProtocol.Detach)
        {
            Connection.Tell(_end, Self);
        }

        Pull();
    }

    protected override void OnPeerEnded(ConnectionProtocol.PeerEof peerEof)
    {
        _record.Messages.Enqueue(peerEof);
        Ask(ShutdownHow.Write, _ => new ConnectionProtocol.Shutdown(ShutdownHow.Write));
        Connection.Tell(_end, Self);
    }

    protected override void OnClosed(ConnectionProtocol.Closed closed) => _record.Messages.Enqueue(closed);

    private void Pull()
    {
        if (_pulls)
        {
            _asked++;
            Connection.Tell(ConnectionProtocol.Read.Instance, Self);
        }
    }

    private void Ask(object token, Func<object, object> message)
    {
        _record.Asked.Enqueue(token);
        Connection.Tell(message(token), Self);
    }

    internal sealed class Record
    {
        public ConcurrentQueue<object> Asked { get; } = [];

        public ConcurrentQueue<object> Messages { get; } = [];

        public int Instances { get; set; }

        /// <summary>Checks that each question has one outcome, and that Closed came once, after all events.</summary>
        public void Check()
        {
            Assert.InRange(Instances, 0, 1);
            if (Instances == 0)
            {
                return;
            }

            var messages = Messages.ToList();
            Assert.Single(messages, message => message is ConnectionProtocol.Closed);
            Assert.IsType<ConnectionProtocol.Connected>(messages[0]);
            Assert.DoesNotContain(Unasked, messages);
            var outcomes = messages.Select(message => message switch
            {
                ConnectionProtocol.Sent sent => sent.Token,
                ConnectionProtocol.SendFailed failed => failed.Token,
                ConnectionProtocol.Flushed flushed => flushed.Token,
                ConnectionProtocol.ShutdownDone done => done.How,
                _ => null,
            }).OfType<object>().Select(token => $"{token}");
            Assert.Equal(Asked.Select(token => $"{token}").Order(), outcomes.Order());
            var later = messages.Skip(messages.FindIndex(message => message is ConnectionProtocol.Closed) + 1);
            Assert.All(later, message => Assert.True(
                message is ConnectionProtocol.SendFailed or ConnectionProtocol.ShutdownDone,
                $"{message} came after Closed"));
        }
    }
}
