namespace ActorTcp.Protocol;

/// <summary>
/// The end of one connection, as a token. A handler whose task runs receives no messages, so a message could not notify the task. The connection's actor
/// and its handlers share this object, so the signal cannot get lost with a stopped actor. From any thread.
/// </summary>
internal sealed class ConnectionEnd
{
    private static readonly CancellationTokenSource Ended = Cancelled();

    // Null until Token is read for the first time, then its source. After the end of the connection it is Ended.
    private CancellationTokenSource? _source;

    /// <summary>Is cancelled when the connection has ended.</summary>
    public CancellationToken Token
    {
        get
        {
            if (Volatile.Read(ref _source) is { } present)
            {
                return present.Token;
            }

            var made = new CancellationTokenSource();
            return (Interlocked.CompareExchange(ref _source, made, null) ?? made).Token;
        }
    }

    /// <summary>The connection has ended.</summary>
    public void Signal()
    {
        var source = Interlocked.Exchange(ref _source, Ended);
        if (source is not null && source != Ended)
        {
            // CancelAsync runs the callbacks of the user on another thread: this one is a poll loop.
            _ = source.CancelAsync();
        }
    }

    private static CancellationTokenSource Cancelled()
    {
        var source = new CancellationTokenSource();
        source.Cancel();
        return source;
    }
}
