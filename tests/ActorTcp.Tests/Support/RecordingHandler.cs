namespace ActorTcp.Tests.Support;

/// <summary>Records the messages that it handles, and fails where its <see cref="HandlerRecord"/> requests it, before it records the message.</summary>
internal sealed class RecordingHandler : TcpHandler
{
    private readonly HandlerRecord _record;
    private readonly ProcessingStyle _style;

    public RecordingHandler(HandlerRecord record, ProcessingStyle style)
    {
        _record = record;
        _style = style;
        record.Instances++;
        switch (style)
        {
            case ProcessingStyle.Receive:
                Receive<Received>(Take);
                Receive<ConnectionProtocol.Resumed>(Resume);
                break;
            case ProcessingStyle.ReceiveAsync:
                ReceiveAsync<Received>(received => AfterAwait(() => Take(received)));
                ReceiveAsync<ConnectionProtocol.Resumed>(resumed => AfterAwait(() => Resume(resumed)));
                break;
            default:
                break;
        }

        Receive<Fail>(_ => FailAt(HandlerPlace.Other));
        ReceiveAsync<FailLater>(_ => AfterAwait(() => FailAt(HandlerPlace.Other)));
        Receive<Hold>(hold => hold.Gate.Wait());
        Receive<Forward>(forward => Connection.Tell(forward.Message, Self));
        Receive<ConnectionProtocol.Sent>(record.Outcomes.Enqueue);
        Receive<ConnectionProtocol.SendFailed>(record.Outcomes.Enqueue);
    }

    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        _record.Started.TrySetResult((Self, connected.Connection));
        FailAt(HandlerPlace.Connected);
    }

    protected override void OnReceived(Received received)
    {
        switch (_style)
        {
            case ProcessingStyle.Hooks:
                Take(received);
                break;
            case ProcessingStyle.Tasks:
                RunTask(() => AfterAwait(() => Take(received)));
                break;
            default:
                base.OnReceived(received);
                break;
        }
    }

    protected override void OnResumed(ConnectionProtocol.Resumed resumed)
    {
        switch (_style)
        {
            case ProcessingStyle.Hooks:
                Resume(resumed);
                break;
            case ProcessingStyle.Tasks:
                RunTask(() => AfterAwait(() => Resume(resumed)));
                break;
            default:
                base.OnResumed(resumed);
                break;
        }
    }

    protected override void OnPeerEnded(ConnectionProtocol.PeerEof peerEof)
    {
        FailAt(HandlerPlace.PeerEnded);
        _record.PeerEnds++;
    }

    protected override void OnClosed(ConnectionProtocol.Closed closed) => _record.Ended.TrySetResult(closed);

    private static async Task AfterAwait(Action action)
    {
        // Once on the actor's own scheduler, and once outside of it.
        await Task.Yield();
        await Task.Run(static () => { }).ConfigureAwait(false);
        action();
    }

    private void Take(Received received)
    {
        FailAt(HandlerPlace.Received);
        _record.Take(received.Offset, received.Span);
    }

    private void Resume(ConnectionProtocol.Resumed resumed)
    {
        _record.Resumptions.Enqueue(resumed);
        FailAt(HandlerPlace.Resumed);
        _record.Take(resumed.Offset, resumed.Bytes.Span);
    }

    private void FailAt(HandlerPlace place)
    {
        if (_record.IsToFail(place))
        {
            throw new InvalidOperationException($"as the test wanted at {place}");
        }
    }

    /// <summary>Fails if the record requests it at <see cref="HandlerPlace.Other"/>.</summary>
    internal sealed record Fail;

    /// <summary>As <see cref="Fail"/>, after an await.</summary>
    internal sealed record FailLater;

    /// <summary>Blocks the handler. Only for a handler with its own thread.</summary>
    internal sealed record Hold(ManualResetEventSlim Gate);

    /// <summary>Sends a message to the connection, from the handler.</summary>
    internal sealed record Forward(object Message);
}
