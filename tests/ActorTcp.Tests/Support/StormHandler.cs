namespace ActorTcp.Tests.Support;

/// <summary>Echoes, and crashes on request in the requested way. Echoes the bytes that a crash has left in Resumed.</summary>
internal sealed class StormHandler : TcpHandler
{
    private readonly StormTally _tally;
    private bool _crashesOverBytes;

    public StormHandler(StormTally tally)
    {
        _tally = tally;
        Receive<Crash>(crash =>
        {
            switch (crash)
            {
                case Crash.Now:
                    throw new InvalidOperationException("now");
                case Crash.OverBytes:
                    _crashesOverBytes = true;
                    break;
                default:
                    RunTask(FailAsync);
                    break;
            }
        });
    }

    protected override void OnConnected(ConnectionProtocol.Connected connected) => _tally.Handlers.Add(Self);

    protected override void OnReceived(Received received)
    {
        if (_crashesOverBytes)
        {
            throw new InvalidOperationException("over bytes");
        }

        Connection.Tell(received.ToSend(), Self);
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        _tally.Count(withBytes: !resumed.Bytes.IsEmpty);
        if (!resumed.Bytes.IsEmpty)
        {
            Send(resumed.Bytes);
        }
    }

    private static async Task FailAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("later");
    }
}
