using ActorTcp.Connections;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The base class of handlers: a <see cref="ReceiveActor"/> that knows its connection, and that loses and doubles no byte when it fails. The connection sends
/// it the next bytes only when it has processed the bytes before without an exception, asynchronous processing included. When it throws, its supervision
/// strategy decides: after a restart (or a resume) <see cref="OnResumed"/> is called, before any later byte, with the bytes of the message that failed and
/// the Sends that have no outcome yet. The bytes of a <see cref="Received"/> are released when its processing ends; <see cref="Received.Retain"/> keeps
/// them longer. A message that is stashed stays valid and unacknowledged, and the stream waits, until it is unstashed and processed. A handler has one
/// connection at a time; the handler of a connector may receive the next one after Closed.
/// </summary>
/// <remarks>
/// Each hook may be overridden. Otherwise the message goes to an ordinary <c>Receive</c> or <c>ReceiveAsync</c> of the present behaviour. Asynchronous
/// processing uses <c>ReceiveAsync</c> or <see cref="RunTask(Func{Task})"/>: other tasks that a hook starts do not count as its processing.
/// </remarks>
public abstract partial class TcpHandler : ReceiveActor
{
    private readonly HandlerSession _session;
    private Receive? _receive;

    /// <summary>The message of an optional hook: nobody need handle it.</summary>
    private object? _optional;

    /// <summary>Called for each instance.</summary>
    protected TcpHandler() => _session = new HandlerSession(Self);

    /// <summary>
    /// The actor that takes <see cref="ActorTcp.Send"/>, <see cref="ConnectionProtocol.Close"/> and other commands. Known from <see cref="OnConnected"/> on,
    /// and to an instance that was restarted from its <c>PostRestart</c> on. Nobody before that.
    /// </summary>
    protected IActorRef Connection => _session.Connection;

    /// <summary>The peer's address; null before the connection is known.</summary>
    protected SockAddr? RemoteAddress => _session.Connected?.RemoteAddress;

    /// <summary>The address that the peer connected to; null before the connection is known.</summary>
    protected SockAddr? LocalAddress => _session.Connected?.LocalAddress;

    /// <summary>The connection is open.</summary>
    /// <param name="connected">The message.</param>
    protected virtual void OnConnected(ConnectionProtocol.Connected connected) => PassOn(connected, optional: true);

    /// <summary>Bytes of the peer have arrived. They are acknowledged when this ends without an exception.</summary>
    /// <param name="received">The bytes. Valid until the processing ends or, if the message is stashed, until it is unstashed and processed.</param>
    protected virtual void OnReceived(Received received) => PassOn(received, optional: false);

    /// <summary>The peer has ended its stream. An instance that was restarted over this message receives it again, after <see cref="OnResumed"/>.</summary>
    /// <param name="peerEof">The message, with the bytes of a frame that the peer did not finish.</param>
    protected virtual void OnPeerEnded(ConnectionProtocol.PeerEof peerEof) => PassOn(peerEof, optional: true);

    /// <summary>
    /// The peer's bytes are no frame. The connection closes when this message has been processed and the queued bytes are sent. An instance that was restarted
    /// over this message receives it again, after <see cref="OnResumed"/>.
    /// </summary>
    /// <param name="failed">The rule of the framing that the peer broke.</param>
    protected virtual void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => PassOn(failed, optional: true);

    /// <summary>This handler failed and goes on. The bytes of the message that failed are not sent again: those that it does not use are skipped.</summary>
    /// <param name="resumed">The bytes of the message that failed, and the Sends without an outcome.</param>
    protected virtual void OnResumed(ConnectionProtocol.Resumed resumed) => PassOn(resumed, optional: true);

    /// <summary>The connection has ended. This is its last message. If the connection made the handler, the handler is stopped afterwards.</summary>
    /// <param name="closed">Why it ended.</param>
    protected virtual void OnClosed(ConnectionProtocol.Closed closed) => PassOn(closed, optional: true);

    /// <summary>Sends a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    protected void Send(string text) => Connection.Tell(new Send(text), Self);

    /// <summary>Sends bytes, which must not change until they are sent.</summary>
    /// <param name="bytes">The bytes.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) => Connection.Tell(new Send(bytes), Self);

    /// <summary>Sends a message, such as <see cref="Received.ToSend"/> or one with a token or a time-out.</summary>
    /// <param name="send">The message.</param>
    /// <exception cref="ArgumentNullException"><paramref name="send"/> is null.</exception>
    protected void Send(Send send) => Connection.Tell(send ?? throw new ArgumentNullException(nameof(send)), Self);

    /// <summary>
    /// Sends a text in UTF-8 to the connection that the present message comes from: the one of this handler, or the one whose bytes another
    /// handler has forwarded.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    protected void Reply(string text) => Sender.Tell(new Send(text), Self);

    /// <summary>Sends bytes to the connection that the present message comes from. They must not change until they are sent.</summary>
    /// <param name="bytes">The bytes.</param>
    protected void Reply(ReadOnlyMemory<byte> bytes) => Sender.Tell(new Send(bytes), Self);

    /// <summary>Closes the connection after the queued bytes are sent, within <c>flush-timeout</c>. See <see cref="ConnectionProtocol.Close"/>.</summary>
    protected void Close() => Connection.Tell(ConnectionProtocol.Close.Instance, Self);

    /// <summary>Closes the connection at once with a reset; queued bytes are dropped. See <see cref="ConnectionProtocol.Abort"/>.</summary>
    protected void Abort() => Connection.Tell(ConnectionProtocol.Abort.Instance, Self);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        _receive = receive;
        _session.ForgetFailure();
        try
        {
            return Dispatch(receive, message);
        }
        catch
        {
            _session.Fail();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        // The message of a hook that is not overridden is no unhandled message.
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
        _session.Leave();
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        ObserveStash();
        _session.TakeOver();
        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        _session.Stop();
        base.AroundPostStop();
    }

    private bool Dispatch(Receive receive, object message)
    {
        switch (_session.Admit(message, Sender))
        {
            case Admission.Process:
                _session.Begin(message, Sender);
                CallHook(message);
                _session.Finish(message);
                return true;
            case Admission.Call:
                CallHook(message);
                return true;
            case Admission.Ignore:
                return true;
            default:
                return base.AroundReceive(receive, message);
        }
    }

    private void CallHook(object message)
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
    }

    private void ObserveStash()
    {
        if (this is IActorStash { Stash: { } stash } stashing and not { Stash: ObservedStash })
        {
            stashing.Stash = new ObservedStash(stash, _session);
        }
    }

    /// <summary>Passes a message to the handlers of the present behaviour.</summary>
    private void PassOn(object message, bool optional)
    {
        _optional = optional ? message : null;
        _ = optional ? _receive!(message) : base.AroundReceive(_receive!, message);
    }
}
