namespace ActorTcp.Tests.Transport.Tls;

/// <summary>Sends the beginning of <see cref="Bytes"/>, and checks that it receives a beginning of it. It may also close, or pause reading, at any time.</summary>
internal sealed class PatternHandler : TcpHandler
{
    private readonly Record _record;
    private readonly Random _random;
    private readonly int _length;
    private readonly object[] _commands;
    private readonly int _commandsAt;

    /// <summary>Creates a handler.</summary>
    /// <param name="record">The record of what it receives.</param>
    /// <param name="seed">Decides the sizes of its Sends.</param>
    /// <param name="length">The number of bytes that it sends.</param>
    /// <param name="commands">The messages that it sends to the connection.</param>
    /// <param name="commandsAt">The number of received bytes at which it sends them.</param>
    public PatternHandler(Record record, int seed, int length, object[] commands, int commandsAt)
    {
        _record = record;
        _random = new Random(seed);
        _length = length;
        _commands = commands;
        _commandsAt = commandsAt;
        ReceiveAny(_ => { });
    }

    /// <summary>The bytes that both ends send.</summary>
    public static byte[] Bytes { get; } = Pattern();

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        _record.Instances++;
        for (var sent = 0; sent < _length;)
        {
            var next = Math.Min(_length - sent, _random.Next(1, 40_000));
            Send(Bytes.AsMemory(sent, next));
            sent += next;
        }

        Command(0);
    }

    protected override void OnReceived(Received received)
    {
        var before = _record.Received;
        _record.Received = before + received.Length;
        if (before + received.Length > Bytes.Length || !received.Span.SequenceEqual(Bytes.AsSpan(before, received.Length)))
        {
            _record.Wrong = $"{received.Length} bytes at {before} are not those that were sent";
        }

        Command(before);
    }

    protected override void OnClosed(ConnectionProtocol.Closed closed) => _record.Closed++;

    private void Command(int before)
    {
        if (before <= _commandsAt && _commandsAt <= _record.Received)
        {
            foreach (var command in _commands)
            {
                Connection.Tell(command, Self);
            }
        }
    }

    private static byte[] Pattern()
    {
        var bytes = new byte[512 * 1024];
        new SeededStream(42).Fill(bytes);
        return bytes;
    }

    internal sealed class Record
    {
        public int Instances { get; set; }

        public int Closed { get; set; }

        public int Received { get; set; }

        /// <summary>What was wrong; null if nothing was.</summary>
        public string? Wrong { get; set; }

        /// <summary>Forgets a connection, but not what was wrong.</summary>
        public void Clear() => (Instances, Closed, Received) = (0, 0, 0);
    }
}
