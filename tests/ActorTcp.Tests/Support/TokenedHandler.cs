namespace ActorTcp.Tests.Support;

/// <summary>
/// Sends in every way when it is connected, answers what it receives, and ends its side and the connection when the peer has ended, or
/// gives it away when it has answered. Keeps what it asked for and what it was told.
/// </summary>
internal sealed class TokenedHandler : TcpHandler
{
    /// <summary>The piece that it sends behind each echo.</summary>
    public const string BehindEcho = "c";

    private const string Unasked = "bytes that were not asked for";

    private readonly Record _record;
    private readonly int _bulk;
    private readonly object _end;
    private readonly bool _pulls;
    private int _asked;

    /// <summary>Makes one.</summary>
    /// <param name="record">Where it keeps what it was told.</param>
    /// <param name="bulk">The length of the longest thing that it sends.</param>
    /// <param name="end">What it ends the connection with.</param>
    /// <param name="pulls">Whether it has to ask for each piece that it receives.</param>
    public TokenedHandler(Record record, int bulk, object end, bool pulls)
    {
        _record = record;
        _bulk = bulk;
        _end = end;
        _pulls = pulls;
        record.Instances++;
        ReceiveAny(record.Told.Enqueue);
    }

    /// <summary>How many bytes it sends when it is connected.</summary>
    public static int GreetingOf(int bulk) => 1 + 2 + bulk;

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        _record.Told.Enqueue(connected);
        Connection.Tell(new Send("a"), Self);
        Ask("sent", token => new Send("bb", token));
        Ask("gathered", token => new Send(new byte[_bulk], token));
        Ask("flushed", token => new ConnectionProtocol.Flush(token));
        Pull();
    }

    protected override void OnReceived(Received received)
    {
        _record.Told.Enqueue(_pulls && _asked-- <= 0 ? Unasked : "bytes");
        Ask("echoed", received.ToSend);
        Connection.Tell(new Send(BehindEcho), Self);
        if (_end is ConnectionProtocol.Detach)
        {
            Connection.Tell(_end, Self);
        }

        Pull();
    }

    protected override void OnPeerEnded(ConnectionProtocol.PeerEof peerEof)
    {
        _record.Told.Enqueue(peerEof);
        Ask(ShutdownHow.Write, _ => new ConnectionProtocol.Shutdown(ShutdownHow.Write));
        Connection.Tell(_end, Self);
    }

    protected override void OnClosed(ConnectionProtocol.Closed closed) => _record.Told.Enqueue(closed);

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

        public ConcurrentQueue<object> Told { get; } = [];

        public int Instances { get; set; }

        /// <summary>Each thing that was asked for has one outcome, and Closed came once, behind all that comes by itself.</summary>
        public void Check()
        {
            Assert.InRange(Instances, 0, 1);
            if (Instances == 0)
            {
                return;
            }

            var told = Told.ToList();
            Assert.Single(told, message => message is ConnectionProtocol.Closed);
            Assert.IsType<ConnectionProtocol.Connected>(told[0]);
            Assert.DoesNotContain(Unasked, told);
            var outcomes = told.Select(message => message switch
            {
                ConnectionProtocol.Sent sent => sent.Token,
                ConnectionProtocol.SendFailed failed => failed.Token,
                ConnectionProtocol.Flushed flushed => flushed.Token,
                ConnectionProtocol.ShutdownDone done => done.How,
                _ => null,
            }).OfType<object>().Select(token => $"{token}");
            Assert.Equal(Asked.Select(token => $"{token}").Order(), outcomes.Order());
            var behind = told.Skip(told.FindIndex(message => message is ConnectionProtocol.Closed) + 1);
            Assert.All(behind, message => Assert.True(
                message is ConnectionProtocol.SendFailed or ConnectionProtocol.ShutdownDone,
                $"{message} came behind Closed"));
        }
    }
}
