using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp;

/// <summary>
/// The base class of handlers: a <see cref="ReceiveActor"/> with its connection at hand, that loses and doubles no byte
/// when it fails. The connection tells it the next bytes only when it has processed those before without an exception,
/// asynchronous processing included. When it throws, its supervision strategy decides: after a restart (or a resume)
/// <see cref="OnResumed"/> is called, before any later byte, with the bytes of the message that failed and the Sends that have
/// no outcome yet. The bytes of a <see cref="Received"/> are released when its processing ends; <see cref="Received.Retain"/> keeps them longer.
/// A message that is stashed stays valid and unconfirmed, and the stream waits, until it is unstashed and processed.
/// One handler has one connection at a time; the handler of a connector may receive the next one after Closed.
/// </summary>
/// <remarks>
/// Each hook may be overridden, or left alone and the message handled by an ordinary <c>Receive</c> or <c>ReceiveAsync</c>, of
/// the present behaviour. What is asynchronous uses <c>ReceiveAsync</c> or <see cref="RunTask"/>: what a hook starts otherwise
/// does not count as its processing.
/// </remarks>
public abstract partial class TcpHandler : ReceiveActor
{
    /// <summary>What an instance that is restarted leaves to the next one.</summary>
    private static readonly ConditionalWeakTable<IActorRef, Legacy> Left = [];

    private ConnectionProtocol.Connected? _connected;
    private ConnectionProtocol.Resumed? _lastResumed;
    private Life _life;
    private Receive? _receive;
    private object? _optional;

    // The message of the connection that is being processed, and how many of the hook and its tasks have not ended.
    private object? _processing;
    private int _unfinished;
    private bool _stashed;
    private bool _threw;

    /// <summary>What the instance knows of its connection.</summary>
    private enum Life
    {
        /// <summary>Nothing yet.</summary>
        Unconnected,
        /// <summary>It handles the connection.</summary>
        Connected,
        /// <summary>The instance before it failed: what the connection sent to that one is sent again after Resumed.</summary>
        AwaitsResumed,
        /// <summary>The connection has ended.</summary>
        Closed,
    }

    /// <summary>
    /// Whom to tell <see cref="ActorTcp.Send"/>, <see cref="ConnectionProtocol.Close"/> and the like. Known from
    /// <see cref="OnConnected"/> on, and to an instance that was restarted from its <c>PostRestart</c> on.
    /// </summary>
    protected IActorRef Connection => _connected?.Connection ?? ActorRefs.Nobody;

    /// <summary>The peer; null as long as the connection is not known.</summary>
    protected SockAddr? RemoteAddress => _connected?.RemoteAddress;

    /// <summary>The address that the peer connected to; null as long as the connection is not known.</summary>
    protected SockAddr? LocalAddress => _connected?.LocalAddress;

    /// <summary>The connection is there.</summary>
    /// <param name="connected">The message.</param>
    protected virtual void OnConnected(ConnectionProtocol.Connected connected) => PassOn(connected, optional: true);

    /// <summary>Bytes came. They are taken when this ends without an exception.</summary>
    /// <param name="received">The bytes, valid until the processing ends, or until it is unstashed and processed if it is stashed.</param>
    protected virtual void OnReceived(Received received) => PassOn(received, optional: false);

    /// <summary>The peer has ended its side. Told again, behind <see cref="OnResumed"/>, to an instance that was restarted behind it.</summary>
    /// <param name="peerEof">The message, with what came of a frame that the peer did not finish.</param>
    protected virtual void OnPeerEnded(ConnectionProtocol.PeerEof peerEof) => PassOn(peerEof, optional: true);

    /// <summary>
    /// The peer sent what is no frame. The connection closes when this has been processed and what it sent has gone out. Told again,
    /// behind <see cref="OnResumed"/>, to an instance that was restarted behind it.
    /// </summary>
    /// <param name="failed">Which rule of the framing it broke.</param>
    protected virtual void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => PassOn(failed, optional: true);

    /// <summary>This handler failed and goes on. What it does not use of the bytes of the message that failed is skipped.</summary>
    /// <param name="resumed">What it is owed.</param>
    protected virtual void OnResumed(ConnectionProtocol.Resumed resumed) => PassOn(resumed, optional: true);

    /// <summary>The connection has ended; this is the last that comes from it. The handler is stopped afterwards where the connection made it.</summary>
    /// <param name="closed">Why.</param>
    protected virtual void OnClosed(ConnectionProtocol.Closed closed) => PassOn(closed, optional: true);

    /// <summary>Sends a text.</summary>
    /// <param name="text">The text.</param>
    protected void Send(string text) => Connection.Tell(new Send(text), Self);

    /// <summary>Sends bytes, which must not change until they are sent.</summary>
    /// <param name="bytes">The bytes.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) => Connection.Tell(new Send(bytes), Self);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        _receive = receive;
        _threw = false;
        try
        {
            return Dispatch(receive, message);
        }
        catch
        {
            Fail();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        // A hook that nobody wanted is no unhandled message.
        if (!ReferenceEquals(message, _optional))
        {
            base.Unhandled(message);
        }
    }

    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        ObserveStash();
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        if (_connected is not null)
        {
            if (_life != Life.Closed)
            {
                // It may be in the middle of something, when others are restarted with it.
                Connection.Tell(new HandlerAck.Restarting(_processing is not null), Self);
            }

            ReleaseBorrowed(_processing);
            _processing = null;
            Left.AddOrUpdate(Self, new Legacy(_connected, _life == Life.Closed));
        }

        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        ObserveStash();
        if (Left.TryGetValue(Self, out var left))
        {
            _connected = left.Connected;
            _life = left.IsClosed ? Life.Closed : Life.AwaitsResumed;
        }

        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        ReleaseBorrowed(_processing);
        _processing = null;
        if (_life is Life.Connected or Life.AwaitsResumed)
        {
            Connection.Tell(new HandlerAck.Stopped(_threw), Self);
        }

        base.AroundPostStop();
    }

    private bool Dispatch(Receive receive, object message)
    {
        switch (message)
        {
            case Received received when received.AwaitsAck && !IsOfTheConnection:
                return OnForeign(received);
            case Received { AwaitsAck: true } lost when _life is Life.AwaitsResumed or Life.Closed:
                // Sent to the instance before, which never got to it: it is sent again after Resumed.
                _ = lost.TryRelease();
                return true;
            case ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed when _life is Life.AwaitsResumed:
                return true;
            case Received received:
                return received.AwaitsAck ? Process(received) : Call(received);
            case ConnectionProtocol.Connected connected:
                return OnNewConnection(connected);
            case ConnectionProtocol.Resumed resumed:
                return OnNewResumed(resumed);
            case ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed:
                return Process(message);
            case ConnectionProtocol.Closed:
                _life = Life.Closed;
                return Process(message);
            case LateAck late:
                Connection.Tell(late.Ack, Self);
                return true;
            default:
                return base.AroundReceive(receive, message);
        }
    }

    private bool IsOfTheConnection => _connected is not null && Sender.Equals(_connected.Connection);

    /// <summary>Bytes of another connection: forwarded by its handler, or sent to an instance that is not connected any more, or not yet again.</summary>
    private bool OnForeign(Received received)
    {
        if (_life == Life.Unconnected)
        {
            // Sent to an instance before this one, which a supervisor stopped: it is sent again after Resumed.
            _ = received.TryRelease();
            return true;
        }

        return Call(received);
    }

    private bool OnNewConnection(ConnectionProtocol.Connected connected)
    {
        if (_life is Life.Connected or Life.AwaitsResumed)
        {
            if (connected.Connection.Equals(Connection))
            {
                // It was sent again before this instance could say that it has arrived.
                return true;
            }

            connected.Connection.Tell(new HandlerAck.Refused($"{Self} handles the connection with {RemoteAddress}, and one TcpHandler handles one connection at a time"), Self);
            return true;
        }

        _connected = connected;
        _life = Life.Connected;
        Connection.Tell(HandlerAck.Enabled.Instance, Self);
        return Process(connected);
    }

    private bool OnNewResumed(ConnectionProtocol.Resumed resumed)
    {
        if (_life == Life.Unconnected)
        {
            // A supervisor has started this instance in the place of one that failed.
            _connected = new ConnectionProtocol.Connected(resumed.Connection, resumed.RemoteAddress, resumed.LocalAddress);
        }
        else if (_life != Life.AwaitsResumed && ReferenceEquals(resumed, _lastResumed))
        {
            // It was sent again before this instance could say that it has arrived.
            return true;
        }

        _lastResumed = resumed;
        _life = Life.Connected;
        Connection.Tell(new HandlerAck.Resuming(resumed), Self);
        return Process(resumed);
    }

    private bool Process(object message)
    {
        _processing = message;
        (message as Received)?.BeginProcessing();
        _stashed = false;
        _unfinished = 1;
        _ = Call(message);
        Finish(message);
        return true;
    }

    private bool Call(object message)
    {
        switch (message)
        {
            case Received received:
                OnReceived(received);
                break;
            case ConnectionProtocol.Resumed resumed:
                OnResumed(resumed);
                break;
            case ConnectionProtocol.Connected connected:
                OnConnected(connected);
                break;
            case ConnectionProtocol.PeerEof peerEof:
                OnPeerEnded(peerEof);
                break;
            case ConnectionProtocol.FrameFailed failed:
                OnFrameFailed(failed);
                break;
            case ConnectionProtocol.Closed closed:
                OnClosed(closed);
                break;
        }

        return true;
    }

    /// <summary>The hook, or a task that it ran, has ended. The message is confirmed when all of them have, unless one of them stashed it.</summary>
    private void Finish(object? message)
    {
        if (message is null || !ReferenceEquals(message, _processing) || --_unfinished > 0)
        {
            return;
        }

        _processing = null;
        if (!_stashed)
        {
            ReleaseBorrowed(message);
            Confirm(message);
        }
    }

    private static void ReleaseBorrowed(object? message) => _ = (message as Received)?.TryRelease();

    /// <summary>An instance that never received Connected or Resumed knows its connection by the message alone.</summary>
    private void Confirm(object message) => (_connected?.Connection ?? Sender).Tell(AckOf(message), Self);

    private static HandlerAck AckOf(object message) => message switch
    {
        ConnectionProtocol.Connected => HandlerAck.Ready.Instance,
        ConnectionProtocol.Closed => HandlerAck.Ended.Instance,
        ConnectionProtocol.Resumed resumed => new HandlerAck.Completed(resumed),
        _ => HandlerAck.Completed.Instance,
    };

    private void Fail()
    {
        _threw = true;
        if (_processing is not { } failed)
        {
            return;
        }

        _processing = null;
        ReleaseBorrowed(failed);
        if (failed is Received or ConnectionProtocol.Resumed)
        {
            Connection.Tell(HandlerAck.Failed.Instance, Self);
        }
        else
        {
            // If the handler is restarted, the connection learns that first, and sends what is owed again.
            Self.Tell(new LateAck(AckOf(failed)), Self);
        }
    }

    private void ObserveStash()
    {
        if (this is IActorStash { Stash: { } stash } stashing and not { Stash: ObservedStash })
        {
            stashing.Stash = new ObservedStash(stash, () => _stashed = true);
        }
    }

    /// <summary>To the handlers of the present behaviour.</summary>
    private void PassOn(object message, bool optional)
    {
        _optional = optional ? message : null;
        _ = optional ? _receive!(message) : base.AroundReceive(_receive!, message);
    }

    private sealed record Legacy(ConnectionProtocol.Connected Connected, bool IsClosed);

    /// <summary>An acknowledgement that waits in the handler's own mailbox until its supervisor has decided.</summary>
    private sealed record LateAck(HandlerAck Ack) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}

/// <summary>The stash of a <see cref="TcpHandler"/>, which learns when it stashes the message that it processes.</summary>
internal sealed class ObservedStash(IStash stash, Action onStashed) : IStash
{
    public int Count => stash.Count;

    public bool IsEmpty => stash.IsEmpty;

    public bool NonEmpty => stash.NonEmpty;

    public bool IsFull => stash.IsFull;

    public int Capacity => stash.Capacity;

    public void Stash()
    {
        stash.Stash();
        onStashed();
    }

    public void Unstash() => stash.Unstash();

    public void UnstashAll() => stash.UnstashAll();

    public void UnstashAll(Func<Envelope, bool> predicate) => stash.UnstashAll(predicate);

    public IEnumerable<Envelope> ClearStash() => stash.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => stash.Prepend(envelopes);
}
