using ActorTcp.Connections;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The base class of handlers: a <see cref="ReceiveActor"/> that knows its connection, and loses no byte when it fails.
/// </summary>
/// <remarks>
/// <para>Delivery: the handler receives the next bytes when it has processed the last ones without an exception. Processing includes <c>ReceiveAsync</c> and
/// <see cref="RunTask(Func{Task})"/>. Other tasks that a hook starts are not included.</para>
/// <para>Failures: when the handler throws, its supervision strategy decides. After a restart or a resume, <see cref="OnResumed"/> is called before any later
/// byte arrives. It receives the bytes of the message that failed, and the tokens of the Sends that have no outcome yet.</para>
/// <para>Memory: the bytes of a <see cref="Received"/> are released when its processing ends. <see cref="Received.Retain"/> makes a copy to keep. A message
/// that is stashed stays valid and unacknowledged until it is unstashed and processed. Until then no later bytes arrive.</para>
/// <para>Hooks: each hook may be overridden. The message of a hook that is not overridden is handled by the <c>Receive</c> or <c>ReceiveAsync</c> of the
/// current behaviour. The members are used in the actor, like those of any actor.</para>
/// <para>A handler has one connection at a time. The handler of a connector may receive the next connection after Closed.</para>
/// </remarks>
public abstract partial class TcpHandler : ReceiveActor
{
    private readonly HandlerSession _session;
    private Receive? _receive;

    /// <summary>The message of a hook that need not be overridden. It is not published as unhandled.</summary>
    private object? _optional;

    /// <summary>Creates an instance. The connection is not known yet.</summary>
    protected TcpHandler() => _session = new HandlerSession(Self);

    /// <summary>
    /// The actor to which <see cref="ActorTcp.Send"/>, <see cref="ConnectionProtocol.Close"/> and other commands are sent. It is known from
    /// <see cref="OnConnected"/> on, and after a restart from <c>PostRestart</c> on. Before that it is <see cref="ActorRefs.Nobody"/>.
    /// </summary>
    protected IActorRef Connection => _session.Connection;

    /// <summary>The peer's address; null before the connection is known.</summary>
    protected SockAddr? RemoteAddress => _session.Connected?.RemoteAddress;

    /// <summary>The address that the peer connected to; null before the connection is known.</summary>
    protected SockAddr? LocalAddress => _session.Connected?.LocalAddress;

    /// <summary>The connection is open.</summary>
    /// <param name="connected">The message.</param>
    protected virtual void OnConnected(ConnectionProtocol.Connected connected) => PassOn(connected, optional: true);

    /// <summary>Bytes of the peer, or one frame, have arrived. They are acknowledged when the processing ends without an exception.</summary>
    /// <param name="received">The bytes. They are valid until the processing ends or, if the message is stashed, until it is unstashed and processed.</param>
    protected virtual void OnReceived(Received received) => PassOn(received, optional: false);

    /// <summary>The peer has ended its stream. If the handler fails at this message or later, the next instance receives it again after <see cref="OnResumed"/>.</summary>
    /// <param name="peerEof">The message, with the bytes of a frame that the peer did not finish.</param>
    protected virtual void OnPeerEnded(ConnectionProtocol.PeerEof peerEof) => PassOn(peerEof, optional: true);

    /// <summary>
    /// The peer broke a rule of the framing. The connection closes when this message has been processed and the queued bytes are sent. If the handler fails at
    /// this message or later, the next instance receives it again after <see cref="OnResumed"/>.
    /// </summary>
    /// <param name="failed">The message, with the rule that the peer broke.</param>
    protected virtual void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => PassOn(failed, optional: true);

    /// <summary>
    /// The handler has failed and continues. The bytes of the message that failed do not arrive again: handle them here, or they are skipped.
    /// </summary>
    /// <param name="resumed">The bytes of the message that failed, and the tokens of the Sends that have no outcome yet.</param>
    protected virtual void OnResumed(ConnectionProtocol.Resumed resumed) => PassOn(resumed, optional: true);

    /// <summary>The connection has ended. It is its last message. If the connection made the handler, the handler is stopped after that.</summary>
    /// <param name="closed">The reason.</param>
    protected virtual void OnClosed(ConnectionProtocol.Closed closed) => PassOn(closed, optional: true);

    /// <summary>Sends a text in UTF-8 to the connection. A failure arrives as <see cref="ConnectionProtocol.SendFailed"/>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    protected void Send(string text) => Connection.Tell(new Send(text), Self);

    /// <summary>Sends bytes to the connection. They must not change until they are sent. A failure arrives as <see cref="ConnectionProtocol.SendFailed"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    protected void Send(ReadOnlyMemory<byte> bytes) => Connection.Tell(new Send(bytes), Self);

    /// <summary>Sends a message to the connection, for example that of <see cref="Received.ToSend"/>, or one with a token or a time-out.</summary>
    /// <param name="send">The message.</param>
    /// <exception cref="ArgumentNullException"><paramref name="send"/> is null.</exception>
    protected void Send(Send send) => Connection.Tell(send ?? throw new ArgumentNullException(nameof(send)), Self);

    /// <summary>
    /// Sends a text in UTF-8 to the sender of the current message. That is the connection of this handler, or the connection whose bytes another handler has
    /// forwarded.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    protected void Reply(string text) => Sender.Tell(new Send(text), Self);

    /// <summary>Sends bytes to the sender of the current message, which is a connection. They must not change until they are sent.</summary>
    /// <param name="bytes">The bytes.</param>
    protected void Reply(ReadOnlyMemory<byte> bytes) => Sender.Tell(new Send(bytes), Self);

    /// <summary>Closes the connection after the queued bytes are sent, within <c>flush-timeout</c> (<see cref="ConnectionProtocol.Close"/>).</summary>
    protected void Close() => Connection.Tell(ConnectionProtocol.Close.Instance, Self);

    /// <summary>Closes the connection at once with a reset. Queued bytes are lost (<see cref="ConnectionProtocol.Abort"/>).</summary>
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
        // The message of a hook that is not overridden is not an unhandled message.
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
            case Admission.Lost:
                return Dispatch(receive, ((ConnectionWatch.Lost)message).Closed);
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
