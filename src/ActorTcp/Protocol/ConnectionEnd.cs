namespace ActorTcp.Protocol;

/// <summary>
/// The end of one connection, for code that cannot wait for a message: a handler whose task runs has a mailbox that waits. Shared by the connection's
/// actor and its handlers, so nothing can be lost on the way. From any thread.
/// </summary>
internal sealed class ConnectionEnd
{
    private static readonly CancellationTokenSource Ended = Cancelled();

    // Null until a token is asked for, then the token's source; Ended from the end on.
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
            // Not on this thread, which is a poll loop: the callbacks are the user's.
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
