using System.Runtime.CompilerServices;
using Akka.Actor;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// The base class of handlers: a <see cref="ReceiveActor"/> with its connection at hand, that loses and doubles no byte
/// when it fails. The connection tells it the next bytes only when it has processed those before without an exception,
/// asynchronous processing included. When it throws, its supervision strategy decides: after a restart (or a resume)
/// <see cref="OnResumed"/> is called, before any later byte, with the bytes of the message that failed and the Sends that have
/// no outcome yet. The bytes of a <see cref="Received"/> are released when its processing ends; who wants them longer copies
/// them. One handler has one connection at a time; that of a connector may be told the next one when it was told Closed.
/// </summary>
/// <remarks>
/// Each hook may be overridden, or left alone and the message handled by an ordinary <c>Receive</c> or <c>ReceiveAsync</c>, of
/// the present behaviour. What is asynchronous uses <c>ReceiveAsync</c> or <see cref="RunTask"/>: what a hook starts otherwise
/// does not count as its processing.
/// </remarks>
public abstract partial class TcpHandler : ReceiveActor
{
    /// <summary>What an instance that is restarted leaves to the next one.</summary>
    private static readonly ConditionalWeakTable<IActorRef, ConnectionProtocol.Connected> Left = [];

    private ConnectionProtocol.Connected? _connected;
    private Receive? _receive;
    private object? _processing;
    private object? _optional;
    private long _life;
    private int _unfinished;
    private bool _awaitsResumed;
    private bool _threw;

    /// <summary>
    /// Whom to tell <see cref="Actors.Send"/>, <see cref="ConnectionProtocol.Close"/> and the like. Known from
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
    /// <param name="received">The bytes, valid until the processing ends.</param>
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
    public override void AroundPreRestart(Exception cause, object message)
    {
        if (_connected is not null)
        {
            // It may be in the middle of something, when others are restarted with it.
            Connection.Tell(new HandlerSignal.Restarting(_processing is not null), Self);
            _processing = null;
            Left.AddOrUpdate(Self, _connected);
        }

        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        if (Left.TryGetValue(Self, out var left))
        {
            _connected = left;
            _awaitsResumed = true;
        }

        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        _processing = null;
        if (_threw)
        {
            Connection.Tell(HandlerSignal.GivenUp.Instance, Self);
        }

        base.AroundPostStop();
    }

    private bool Dispatch(Receive receive, object message)
    {
        switch (message)
        {
            case Received received when _awaitsResumed:
                // Told to the instance before, which never got to it: it will be told again behind Resumed.
                received.Release();
                return true;
            case ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed when _awaitsResumed:
                return true;
            case Received received:
                Process(received, received.Life);
                return true;
            case ConnectionProtocol.Connected connected:
                _connected = connected;
                // One that was restarted at the end of the connection before is owed nothing more.
                _awaitsResumed = false;
                Connection.Tell(HandlerSignal.Confirms.Instance, Self);
                OnConnected(connected);
                return true;
            case ConnectionProtocol.Resumed resumed:
                _awaitsResumed = false;
                Process(resumed, 0);
                return true;
            case ConnectionProtocol.PeerEof peerEof:
                OnPeerEnded(peerEof);
                return true;
            case ConnectionProtocol.FrameFailed failed:
                OnFrameFailed(failed);
                return true;
            case ConnectionProtocol.Closed closed:
                OnClosed(closed);
                return true;
            default:
                return base.AroundReceive(receive, message);
        }
    }

    private void Process(object message, long life)
    {
        _processing = message;
        _life = life;
        _unfinished = 1;
        if (message is Received received)
        {
            OnReceived(received);
        }
        else
        {
            OnResumed((ConnectionProtocol.Resumed)message);
        }

        Finish(message);
    }

    /// <summary>The hook, or a task that it ran, has ended. What is being processed is taken when all of them have.</summary>
    private void Finish(object? message)
    {
        if (message is null || !ReferenceEquals(message, _processing) || --_unfinished > 0)
        {
            return;
        }

        _processing = null;
        if (message is Received received)
        {
            received.ReleaseIfHeld(_life);
        }

        Connection.Tell(HandlerSignal.Taken.Instance, Self);
    }

    private void Fail()
    {
        _threw = true;
        if (_processing is not null)
        {
            _processing = null;
            Connection.Tell(HandlerSignal.Threw.Instance, Self);
        }
    }

    /// <summary>To the handlers of the present behaviour.</summary>
    private void PassOn(object message, bool optional)
    {
        _optional = optional ? message : null;
        _ = optional ? _receive!(message) : base.AroundReceive(_receive!, message);
    }
}
