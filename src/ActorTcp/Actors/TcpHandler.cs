using Akka.Actor;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// The base class of handlers: a <see cref="ReceiveActor"/> with its connection at hand, that loses and doubles no byte
/// when it fails. The connection tells it the next bytes only when it has processed those before without an exception,
/// asynchronous processing included. When it throws, its supervision strategy decides: after a restart (or a resume)
/// <see cref="OnResumed"/> is called, before any later byte, with the bytes of the message that failed and the Sends that have
/// no outcome yet. The bytes of a <see cref="Received"/> are released when its processing ends; who wants them longer copies
/// them.
/// </summary>
/// <remarks>
/// Each hook may be overridden, or left alone and the message handled by an ordinary <c>Receive</c>, of the present behaviour.
/// With a strategy that resumes, a handler whose <c>ReceiveAsync</c> failed counts as having taken the bytes: Akka tells
/// nobody of it.
/// </remarks>
public abstract class TcpHandler : ReceiveActor
{
    private readonly Processed _processed;
    private Receive? _receive;
    private object? _processing;
    private bool _asynchronous;
    private bool _awaitsResumed;

    /// <summary>Makes the handler; it knows its connection from <see cref="OnConnected"/> on.</summary>
    protected TcpHandler() => _processed = new Processed(this);

    /// <summary>Whom to tell <see cref="Actors.Send"/>, <see cref="ConnectionProtocol.Close"/> and the like.</summary>
    protected IActorRef Connection { get; private set; } = ActorRefs.Nobody;

    /// <summary>The peer; null before <see cref="OnConnected"/>.</summary>
    protected SockAddr? RemoteAddress { get; private set; }

    /// <summary>The address that the peer connected to; null before <see cref="OnConnected"/>.</summary>
    protected SockAddr? LocalAddress { get; private set; }

    /// <summary>The connection is there.</summary>
    /// <param name="connected">The message.</param>
    protected virtual void OnConnected(ConnectionProtocol.Connected connected) => PassOn(connected, optional: true);

    /// <summary>Bytes came. They are taken when this ends without an exception.</summary>
    /// <param name="received">The bytes, valid until the processing ends.</param>
    protected virtual void OnReceived(Received received) => PassOn(received, optional: false);

    /// <summary>The peer has ended its side.</summary>
    protected virtual void OnPeerEnded() => PassOn(ConnectionProtocol.PeerEof.Instance, optional: true);

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

    /// <summary>Runs a task during which the mailbox rests; what is being processed is taken when it has ended.</summary>
    /// <param name="action">The task.</param>
    protected new void RunTask(Func<Task> action)
    {
        _asynchronous = true;
        base.RunTask(action);
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        _receive = receive;
        switch (message)
        {
            case Received received:
                return ProcessReceived(received);
            case Processed processed:
                // Behind an asynchronous processing; of this instance only when none has failed since.
                if (ReferenceEquals(processed.Handler, this))
                {
                    Take();
                }

                return true;
            case ConnectionProtocol.Connected connected:
                Know(connected.Connection, connected.RemoteAddress, connected.LocalAddress);
                Connection.Tell(HandlerSignal.Confirms.Instance, Self);
                OnConnected(connected);
                return true;
            case ConnectionProtocol.Resumed resumed:
                Know(resumed.Connection, resumed.RemoteAddress, resumed.LocalAddress);
                Process(resumed);
                return true;
            case ConnectionProtocol.PeerEof:
                OnPeerEnded();
                return true;
            case ConnectionProtocol.Closed closed:
                OnClosed(closed);
                return true;
            default:
                return base.AroundReceive(receive, message);
        }
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        Connection.Tell(new HandlerSignal.Restarting(_processing is not null), Self);
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        _awaitsResumed = true;
        base.AroundPostRestart(cause, message);
    }

    private bool ProcessReceived(Received received)
    {
        if (_awaitsResumed)
        {
            // Told to the instance before, which never got to it: it will be told again behind Resumed.
            received.Release();
            return true;
        }

        Process(received);
        return true;
    }

    private void Process(object message)
    {
        _processing = message;
        _asynchronous = false;
        var life = (message as Received)?.Life ?? 0;
        try
        {
            if (message is Received received)
            {
                OnReceived(received);
            }
            else
            {
                OnResumed((ConnectionProtocol.Resumed)message);
            }
        }
        catch
        {
            Connection.Tell(HandlerSignal.Threw.Instance, Self);
            throw;
        }

        if (_asynchronous)
        {
            // The mailbox rests until the task has ended; a failure makes a new instance, or none.
            Self.Tell(_processed, Self);
            _processed.Life = life;
        }
        else
        {
            _processed.Life = life;
            Take();
        }
    }

    private void Take()
    {
        if (_processing is Received received)
        {
            received.ReleaseIfHeld(_processed.Life);
        }

        _processing = null;
        Connection.Tell(HandlerSignal.Taken.Instance, Self);
    }

    private void Know(IActorRef connection, SockAddr remote, SockAddr local)
    {
        Connection = connection;
        RemoteAddress = remote;
        LocalAddress = local;
        _awaitsResumed = false;
    }

    /// <summary>To the handlers of the present behaviour, which may be asynchronous.</summary>
    private void PassOn(object message, bool optional)
    {
        _asynchronous = true;
        if (optional)
        {
            // A hook that nobody wanted is no unhandled message.
            _ = _receive!(message);
        }
        else
        {
            _ = base.AroundReceive(_receive!, message);
        }
    }

    private sealed class Processed(TcpHandler handler) : INoSerializationVerificationNeeded
    {
        public TcpHandler Handler { get; } = handler;

        public long Life { get; set; }
    }
}
