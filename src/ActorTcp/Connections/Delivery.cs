using ActorTcp.Memory;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// Delivers received bytes to the handler, and keeps what the handler has not acknowledged so that no byte is lost when it fails. A handler that
/// acknowledges (a <see cref="TcpHandler"/>) receives one message at a time; another one receives a <see cref="DeliveryWindow"/> of them. Used on the
/// loop's thread.
/// </summary>
internal sealed class Delivery(IActorRef connection, HandlerSide handler, IChannel channel)
{
    /// <summary>The id of the Identify that probes a handler's window.</summary>
    public const string ProbeId = "Probe";

    /// <summary>The maximum number of bytes in a message to another node: half of the largest message that Akka.Remote sends with its default settings.</summary>
    public const int LargestRemoteMessage = 64 * 1024;

    private SlabSlice _unconfirmed;
    private long _unconfirmedOffset;
    private bool _isUnconfirmedPartial;
    private DeliveryWindow? _window;

    public DeliveryState State { get; private set; } = DeliveryState.NoHandler;

    public bool IsIdle => State == DeliveryState.Idle;

    /// <summary>Whether the connection waits until an instance of the handler has processed a message that it acknowledges.</summary>
    public bool AwaitsAck => State is DeliveryState.Delivered or DeliveryState.EndDelivered or DeliveryState.Resuming or DeliveryState.ResumingThenDelivered;

    /// <summary>Whether the handler has not looked at the last message yet: it may be in the handler's stash.</summary>
    public bool IsLastInStash => _window is { Last: { IsTouched: false } };

    /// <summary>The last Resumed; null if the handler has received none.</summary>
    public ConnectionProtocol.Resumed? Resumed { get; private set; }

    /// <summary>The bytes that the handler has received and not acknowledged. No slab: there are none.</summary>
    public ref readonly SlabSlice Unconfirmed => ref _unconfirmed;

    /// <summary>The number of changes of the state: while it is the same, the handler has received and acknowledged nothing.</summary>
    public int Changes { get; private set; }

    /// <summary>The maximum number of bytes in one message to the handler.</summary>
    public int LargestMessage => handler.IsRemote ? LargestRemoteMessage : int.MaxValue;

    private bool HasUnconfirmed => _unconfirmed.Slab is not null;

    /// <summary>Continues with another channel of the same connection, which has the same counts: TLS begins.</summary>
    public void ChangeChannel(IChannel next) => channel = next;

    /// <summary>The handler has answered Connected. From now on it may receive bytes.</summary>
    public void OnReady()
    {
        if (State == DeliveryState.NoHandler)
        {
            Enter(DeliveryState.Idle);
        }
    }

    /// <summary>Delivers bytes without buffering them. The handler receives the same message object.</summary>
    public void Deliver(Received received, long offset, ConnectionLimits limits)
    {
        if (handler.IsRemote)
        {
            DeliverRemote(received.Detach(), offset, limits, isPartial: false);
        }
        else if (handler.Acknowledges)
        {
            Keep(received.Lend(offset).Share(), offset);
            handler.Actor.Tell(received, connection);
        }
        else
        {
            received.Give(offset);
            DeliverOwned(received, limits);
        }
    }

    /// <summary>Delivers bytes that were buffered; the hold on them moves to the message.</summary>
    public void Deliver(in SlabSlice bytes, long offset, ConnectionLimits limits, bool isPartial = false)
    {
        if (handler.IsRemote)
        {
            DeliverRemote(bytes, offset, limits, isPartial);
        }
        else if (handler.Acknowledges)
        {
            Keep(bytes.Share(), offset);
            handler.Actor.Tell(Received.Lent(bytes, offset), connection);
        }
        else
        {
            var copy = Received.CopyOf(bytes.Span, offset);
            bytes.Release();
            DeliverOwned(copy, limits);
        }
    }

    /// <summary>The handler was sent PeerEof or FrameFailed, and will acknowledge it.</summary>
    public void OnEndDelivered() => Enter(DeliveryState.EndDelivered);

    /// <summary>The handler has processed its last message.</summary>
    /// <param name="resumed">The number of that message if it is a Resumed; 0 otherwise.</param>
    public AckResult Acknowledge(int resumed)
    {
        switch (State)
        {
            case DeliveryState.Delivered when resumed == 0:
                ReleaseUnconfirmed();
                Enter(DeliveryState.Idle);
                return AckResult.BytesProcessed;
            case DeliveryState.EndDelivered when resumed == 0:
                Enter(DeliveryState.Idle);
                return AckResult.EndProcessed;
            case DeliveryState.ResumingThenDelivered when IsLastResumed(resumed):
                Enter(DeliveryState.Delivered);
                handler.Actor.Tell(
                    handler.IsRemote ? OwnedOfUnconfirmed() : Received.Lent(_unconfirmed.Share(), _unconfirmedOffset),
                    connection);
                return AckResult.None;
            case DeliveryState.Resuming when IsLastResumed(resumed):
                ReleaseUnconfirmed();
                Enter(DeliveryState.Idle);
                return AckResult.ResumedProcessed;
            default:
                // From an instance that has been replaced since.
                return AckResult.None;
        }
    }

    /// <summary>The handler threw over the Received or Resumed that it was processing. True: the caller calls <see cref="SendResumed"/>.</summary>
    public bool OnThrew()
    {
        if (State == DeliveryState.Delivered)
        {
            Enter(DeliveryState.Resuming);
        }

        return State is DeliveryState.Resuming or DeliveryState.ResumingThenDelivered;
    }

    /// <summary>The instance has stopped. True: the caller calls <see cref="SendResumed"/>.</summary>
    public bool OnStopped()
    {
        if (State is DeliveryState.Resuming or DeliveryState.ResumingThenDelivered)
        {
            return false;
        }

        Enter(State == DeliveryState.Delivered ? DeliveryState.ResumingThenDelivered : DeliveryState.Resuming);
        return true;
    }

    /// <summary>The handler restarts. True: the caller calls <see cref="SendResumed"/>; otherwise a Resumed is on its way already.</summary>
    /// <param name="inTheMiddle">Whether it was processing the last message.</param>
    public bool OnRestarting(bool inTheMiddle)
    {
        if (State is DeliveryState.Resuming or DeliveryState.ResumingThenDelivered)
        {
            return inTheMiddle;
        }

        Enter(State == DeliveryState.Delivered && !inTheMiddle ? DeliveryState.ResumingThenDelivered : DeliveryState.Resuming);
        return true;
    }

    /// <summary>Whether a number is that of the last Resumed. An earlier one comes from an instance that has been replaced since.</summary>
    public bool IsLastResumed(int number) => Resumed is not null && Resumed.Number == number;

    /// <summary>Sends Resumed to the handler.</summary>
    /// <param name="nextOffset">The offset of the first byte that the handler has not received.</param>
    /// <param name="unanswered">The tokens of the handler's Sends without an outcome.</param>
    public void SendResumed(long nextOffset, IReadOnlyList<object> unanswered)
    {
        var failed = State == DeliveryState.Resuming && HasUnconfirmed;
        Resumed = new ConnectionProtocol.Resumed(
            connection,
            channel.RemoteAddress!,
            channel.LocalAddress!,
            HasUnconfirmed ? _unconfirmedOffset : nextOffset,
            failed ? _unconfirmed.Span.ToArray() : ReadOnlyMemory<byte>.Empty,
            unanswered)
        {
            ReceivedFailed = failed,
            End = handler.End,
            Number = (Resumed?.Number ?? 0) + 1,
        };
        handler.Actor.Tell(Resumed, connection);
    }

    /// <summary>The handler has answered the probe of its window.</summary>
    public ProbeResult OnProbeAnswer(ConnectionLimits limits)
    {
        var result = _window?.OnAnswer(limits.ReadAheadBytes) ?? ProbeResult.None;
        if (result == ProbeResult.ProbeAgain)
        {
            Probe();
        }

        return result;
    }

    /// <summary>Opens a full window if the handler has processed enough. False: it is still full, or was not.</summary>
    public bool TryOpenWindow(ConnectionLimits limits)
    {
        if (State != DeliveryState.WindowFull || _window!.IsFull(limits.ReadAheadBytes))
        {
            return false;
        }

        Enter(DeliveryState.Idle);
        return true;
    }

    /// <summary>Asks the handler to answer after the messages that it has received so far.</summary>
    public void Probe() => handler.Actor.Tell(new Identify(ProbeId), connection);

    /// <summary>
    /// The handler is on another node and has processed all messages that it has received, but the one that it was sent last, or its acknowledgement, is lost:
    /// sends that one again. The handler recognises it if it has processed it.
    /// </summary>
    /// <returns>False: it is not one of the messages that are kept here.</returns>
    public bool SendAgain()
    {
        switch (State)
        {
            case DeliveryState.Delivered:
                handler.Actor.Tell(OwnedOfUnconfirmed(), connection);
                return true;
            case DeliveryState.Resuming or DeliveryState.ResumingThenDelivered:
                handler.Actor.Tell(Resumed!, connection);
                return true;
            default:
                return false;
        }
    }

    public void ReleaseUnconfirmed()
    {
        _unconfirmed.Release();
        _unconfirmed = default;
    }

    private void Keep(in SlabSlice bytes, long offset)
    {
        _unconfirmed = bytes;
        _unconfirmedOffset = offset;
        Enter(DeliveryState.Delivered);
    }

    /// <summary>A message to another node is written later, on another thread, so it owns its bytes.</summary>
    private void DeliverRemote(in SlabSlice bytes, long offset, ConnectionLimits limits, bool isPartial)
    {
        if (handler.Acknowledges)
        {
            _isUnconfirmedPartial = isPartial;
            Keep(bytes, offset);
            handler.Actor.Tell(OwnedOfUnconfirmed(), connection);
        }
        else
        {
            var copy = Received.Owned(bytes.Span.ToArray(), 0, bytes.Length, offset, awaitsAck: false, isPartial);
            bytes.Release();
            DeliverOwned(copy, limits);
        }
    }

    private Received OwnedOfUnconfirmed() =>
        Received.Owned(_unconfirmed.Span.ToArray(), 0, _unconfirmed.Length, _unconfirmedOffset, awaitsAck: true, _isUnconfirmedPartial);

    /// <summary>A handler that does not acknowledge may keep the message for ever, so the message owns its bytes.</summary>
    private void DeliverOwned(Received received, ConnectionLimits limits)
    {
        var window = _window ??= new DeliveryWindow();
        handler.Actor.Tell(received, connection);
        if (window.Add(received, handler.Type == HandlerType.WithStash, limits))
        {
            Probe();
        }

        if (!limits.UnboundedDelivery && window.IsFull(limits.ReadAheadBytes))
        {
            Enter(DeliveryState.WindowFull);
        }
    }

    private void Enter(DeliveryState next)
    {
        Debug.Assert(
            State switch
            {
                DeliveryState.NoHandler => next is DeliveryState.Idle or DeliveryState.Resuming,
                DeliveryState.Idle => next is not (DeliveryState.NoHandler or DeliveryState.Idle or DeliveryState.ResumingThenDelivered),
                DeliveryState.Delivered => next is DeliveryState.Idle or DeliveryState.Resuming or DeliveryState.ResumingThenDelivered,
                DeliveryState.EndDelivered or DeliveryState.WindowFull => next is DeliveryState.Idle or DeliveryState.Resuming,
                DeliveryState.Resuming => next == DeliveryState.Idle,
                DeliveryState.ResumingThenDelivered => next == DeliveryState.Delivered,
                _ => false,
            },
            $"{next} cannot follow {State}");
        State = next;
        Changes++;
    }
}

/// <summary>
/// What a connection's handler has of the received bytes.
/// <code>
/// NoHandler ──answered Connected──▶ Idle ──Received──▶ Delivered ──acknowledged──▶ Idle
///                                     │                    │ threw, or restarted in the middle of it
///                                     │ restarted          ▼
///                                     └──Resumed──▶ Resuming ──acknowledged──▶ Idle
///                Delivered ──restarted over another message──▶ ResumingThenDelivered ──acknowledged──▶ Delivered
/// Resuming, ResumingThenDelivered ──threw, or restarted in the middle of Resumed──▶ the same, and Resumed is sent again
/// NoHandler ──restarted over Connected──▶ Resuming
/// Idle ──PeerEof or FrameFailed──▶ EndDelivered ──acknowledged──▶ Idle, or ──restarted──▶ Resuming
/// any ──the instance stopped, its supervisor lives──▶ Resuming, or, from Delivered, ResumingThenDelivered
/// Idle ──a window of Received, to a handler that does not acknowledge──▶ WindowFull ──answered the probe──▶ Idle
/// </code>
/// </summary>
internal enum DeliveryState
{
    /// <summary>No handler is registered, or it has not answered Connected.</summary>
    NoHandler,
    /// <summary>The handler may receive the next message.</summary>
    Idle,
    /// <summary>The handler was sent bytes and has not acknowledged them.</summary>
    Delivered,
    /// <summary>The handler was sent PeerEof or FrameFailed and has not acknowledged it.</summary>
    EndDelivered,
    /// <summary>The handler does not acknowledge, and has not answered the probe after the messages that fill its window.</summary>
    WindowFull,
    /// <summary>The handler was sent Resumed and has not acknowledged it.</summary>
    Resuming,
    /// <summary>As Resuming. The unacknowledged bytes are sent again afterwards, because the instance that failed never processed them.</summary>
    ResumingThenDelivered,
}

/// <summary>What a handler has processed.</summary>
internal enum AckResult
{
    /// <summary>Nothing that the connection waits for.</summary>
    None,
    /// <summary>Bytes.</summary>
    BytesProcessed,
    /// <summary>PeerEof or FrameFailed.</summary>
    EndProcessed,
    /// <summary>Resumed.</summary>
    ResumedProcessed,
}
