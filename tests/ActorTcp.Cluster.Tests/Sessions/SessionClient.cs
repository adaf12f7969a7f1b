namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>
/// A client of sessions over lines. It keeps the lines that the server has not acknowledged, reconnects through a list of addresses, and sends them again.
/// Can be used from any thread.
/// </summary>
internal sealed class SessionClient : IAsyncDisposable
{
    /// <summary>
    /// The maximum number of lines on the wire that the server has not acknowledged. So an acknowledgement of the client never waits after many lines.
    /// </summary>
    private const int Window = 100;

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<IPEndPoint> _addresses;

    /// <summary>The lines that the server has not acknowledged. The first one has the number <c>_acknowledged + 1</c>.</summary>
    private readonly List<string> _unacknowledged = [];

    private readonly ConcurrentQueue<string> _received = new();
    private readonly Task _run;
    private TcpClient? _tcp;
    private string? _token;
    private long _acknowledged;
    private long _receivedCount;
    private long _connects;
    private int _next;

    /// <summary>Starts a client. It tries the addresses in turn.</summary>
    /// <param name="addresses">The nodes.</param>
    /// <param name="token">The token of a session to resume; null to begin one.</param>
    /// <param name="received">The number of lines of that session that were received before.</param>
    /// <param name="sent">The number of lines of that session that were sent and acknowledged before.</param>
    public SessionClient(IReadOnlyList<IPEndPoint> addresses, string? token = null, long received = 0, long sent = 0)
    {
        _addresses = addresses;
        _token = token;
        _receivedCount = received;
        _acknowledged = sent;
        _run = Task.Run(RunAsync);
    }

    /// <summary>The token of the session; null before the first answer.</summary>
    public string? Token => Volatile.Read(ref _token);

    /// <summary>The received lines, in their order.</summary>
    public ConcurrentQueue<string> Received => _received;

    /// <summary>The number of connections that have got the session.</summary>
    public long Connects => Interlocked.Read(ref _connects);

    /// <summary>Completes with the control frame that has ended the session for this client.</summary>
    public Task<string> Ended => _ended.Task;

    public int Unacknowledged
    {
        get
        {
            lock (_gate)
            {
                return _unacknowledged.Count;
            }
        }
    }

    /// <summary>Whether the client reads. While it does not, it acknowledges nothing.</summary>
    public volatile bool IsReading = true;

    /// <summary>Sends a line. It is kept until the server has acknowledged it.</summary>
    public void Send(string line)
    {
        lock (_gate)
        {
            _unacknowledged.Add(line);
        }

        _work.Release();
    }

    /// <summary>Breaks the connection with a reset. The client reconnects, to the next address.</summary>
    public void Cut()
    {
        try
        {
            if (Volatile.Read(ref _tcp) is { } tcp)
            {
                tcp.Client.LingerState = new LingerOption(true, 0);
                tcp.Client.Close();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or NullReferenceException)
        {
            // The connection has ended at this moment.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        await _run;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested && !_ended.Task.IsCompleted)
        {
            try
            {
                await ConnectAsync(_addresses[_next++ % _addresses.Count]);
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The next connection continues.
            }

            await Task.Delay(ReconnectDelay, CancellationToken.None);
        }
    }

    private async Task ConnectAsync(IPEndPoint address)
    {
        using var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(address, _stop.Token);
        Volatile.Write(ref _tcp, tcp);
        await using var stream = tcp.GetStream();
        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        var first = _token is null ? "#session\n" : $"#session {_token} {Interlocked.Read(ref _receivedCount)} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(first), _stop.Token);
        if (await reader.ReadLineAsync(_stop.Token) is not { } answer || !Begin(answer))
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var writing = WriteAsync(stream, over.Token);
        try
        {
            await ReadAsync(reader);
        }
        finally
        {
            await over.CancelAsync();
            await writing;
        }
    }

    private bool Begin(string answer)
    {
        if (answer.Split(' ') is not ["#session", var token, var accepted])
        {
            _ended.TrySetResult(answer);
            return false;
        }

        Volatile.Write(ref _token, token);
        Acknowledge(long.Parse(accepted, CultureInfo.InvariantCulture));
        Interlocked.Increment(ref _connects);
        return true;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (true)
        {
            await Eventually.HoldsAsync(() => IsReading || _stop.IsCancellationRequested);

            if (await reader.ReadLineAsync(_stop.Token) is not { } line)
            {
                return;
            }

            if (!line.StartsWith('#') || line.StartsWith("##", StringComparison.Ordinal))
            {
                _received.Enqueue(line.StartsWith('#') ? line[1..] : line);
                Interlocked.Increment(ref _receivedCount);
                _work.Release();
            }
            else if (line.StartsWith("#ack ", StringComparison.Ordinal))
            {
                Acknowledge(long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture));
            }
            else
            {
                _ended.TrySetResult(line);
                return;
            }
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken over)
    {
        long sent;
        lock (_gate)
        {
            sent = _acknowledged;
        }

        var acknowledged = Interlocked.Read(ref _receivedCount);
        try
        {
            while (true)
            {
                var batch = new StringBuilder();
                lock (_gate)
                {
                    for (; sent < _acknowledged + Math.Min(_unacknowledged.Count, Window); sent++)
                    {
                        var line = _unacknowledged[(int)(sent - _acknowledged)];
                        batch.Append(line.StartsWith('#') ? "#" : "").Append(line).Append('\n');
                    }
                }

                if (Interlocked.Read(ref _receivedCount) is var count && count > acknowledged)
                {
                    acknowledged = count;
                    batch.Append(CultureInfo.InvariantCulture, $"#ack {count}\n");
                }

                if (batch.Length > 0)
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(batch.ToString()), over);
                }

                await _work.WaitAsync(over);
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The reader ends, too.
        }
    }

    /// <summary>Forgets the lines up to a number.</summary>
    private void Acknowledge(long number)
    {
        lock (_gate)
        {
            if (number < _acknowledged || number > _acknowledged + _unacknowledged.Count)
            {
                _ended.TrySetResult($"the server has {number} lines, of {_acknowledged} to {_acknowledged + _unacknowledged.Count}");
                return;
            }

            _unacknowledged.RemoveRange(0, (int)(number - _acknowledged));
            _acknowledged = number;
        }

        _work.Release();
    }
}
