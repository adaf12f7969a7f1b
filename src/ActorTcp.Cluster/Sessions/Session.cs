using System.Runtime.CompilerServices;
using ActorTcp.Cluster.Sessions;
using Akka.Actor;

namespace ActorTcp.Cluster;

/// <summary>
/// The base class of sessions: an actor that survives the connections of its client. A client that reconnects to any node finds its session again, and
/// frames that were lost with a connection are sent again.
/// </summary>
/// <remarks>
/// <para>Frames: <see cref="OnFrame"/> receives each frame of the client once and in order. <see cref="SendFrame(ReadOnlyMemory{byte})"/> sends a frame, also
/// while no connection is attached: it is kept until the client acknowledges it. A <see cref="Send"/> that any actor sends to the session is sent as a frame,
/// too. It is answered by <see cref="ConnectionProtocol.Sent"/> when the session has the frame, if it has a token.</para>
/// <para>Moves: a session moves to another node when nodes join or leave and, with <see cref="SessionReplication.Majority"/>, when its node crashes. Then a new
/// instance continues it, and its first call is <see cref="OnRestored"/>. The fields of the old instance are lost; <see cref="SaveState"/> keeps a state.</para>
/// <para>Failures: when the class throws, its supervisor restarts it, and <see cref="OnRestored"/> is called. The connection and the frames are kept. The frame
/// at which it threw counts as processed.</para>
/// <para>Threads: the members are used in the actor, like those of any actor, and not in its constructor.</para>
/// </remarks>
public abstract class Session : ReceiveActor, IWithUnboundedStash
{
    /// <summary>The protocol of a session between two instances of its class: a restart.</summary>
    private static readonly ConditionalWeakTable<IActorRef, SessionCore> Restarting = [];

    private SessionCore? _core;

    /// <summary>The stash of the actor, which Akka sets.</summary>
    public IStash Stash { get; set; } = null!;

    /// <summary>The token by which the client finds the session. It is a secret of the client: who knows it can take the session over.</summary>
    protected string Token => Core.Token;

    /// <summary>Whether a connection is attached.</summary>
    protected bool IsAttached => Core.IsAttached;

    private SessionCore Core => _core ?? throw new InvalidOperationException("The session can be used when it has started, not in its constructor");

    /// <summary>A frame of the client has arrived.</summary>
    /// <param name="frame">The frame, with its number in the session.</param>
    protected abstract void OnFrame(SessionFrame frame);

    /// <summary>A connection is attached. It is the first call of a new session.</summary>
    /// <param name="isResumed">False if the session is new.</param>
    protected virtual void OnAttached(bool isResumed)
    {
    }

    /// <summary>The connection has ended, and no other one has taken the session over.</summary>
    protected virtual void OnDetached()
    {
    }

    /// <summary>This instance continues a session: it was moved to this node, or the last instance has failed.</summary>
    /// <param name="state">The bytes of the last <see cref="SaveState"/> that was copied to this node; empty if there was none.</param>
    protected virtual void OnRestored(ReadOnlyMemory<byte> state)
    {
    }

    /// <summary>The session has ended. The actor is stopped after this.</summary>
    /// <param name="reason">The reason.</param>
    protected virtual void OnEnded(SessionEndReason reason)
    {
    }

    /// <summary>
    /// Sends a frame to the client. It is kept until the client acknowledges it. If the buffer is full, the session ends with
    /// <see cref="SessionEndReason.BufferFull"/>.
    /// </summary>
    /// <param name="bytes">The bytes. They must not change after this.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="SessionOptions.MaxFrameLength"/> bytes.</exception>
    protected void SendFrame(ReadOnlyMemory<byte> bytes)
    {
        ThrowIfTooLong(bytes.Length, nameof(bytes));
        _ = Core.Add(bytes);
    }

    /// <summary>Sends a text in UTF-8 to the client (<see cref="SendFrame(ReadOnlyMemory{byte})"/>).</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException">The text has more than <see cref="SessionOptions.MaxFrameLength"/> bytes.</exception>
    protected void SendFrame(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SendFrame(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Replaces the state that the next instance receives in <see cref="OnRestored"/>. It is copied together with the counters of the frames.</summary>
    /// <param name="state">The bytes. They must not change after this.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="SessionOptions.MaxFrameLength"/> bytes.</exception>
    protected void SaveState(ReadOnlyMemory<byte> state)
    {
        ThrowIfTooLong(state.Length, nameof(state));
        Core.SetUserState(state);
    }

    /// <summary>Ends the session. Frames that the client has not received are lost. The client receives <c>#ended session-ended</c>.</summary>
    protected void End() => Core.End(SessionEndReason.SessionEnded);

    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        _core = new SessionCore(Context, SessionTypes.Get(Context.System).Of(GetType())) { Owner = this };
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        Restarting.AddOrUpdate(Self, Core);
        base.AroundPreRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        if (Restarting.TryGetValue(Self, out _core))
        {
            _ = Restarting.Remove(Self);
            _core.Owner = this;
        }
        else
        {
            _core = new SessionCore(Context, SessionTypes.Get(Context.System).Of(GetType())) { Owner = this };
        }

        base.AroundPostRestart(cause, message);
        if (_core.IsLive)
        {
            OnRestored(_core.Record.UserState);
        }
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        _core?.Stop();
        base.AroundPostStop();
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message) => Core.Handle(message, Sender) || base.AroundReceive(receive, message);

    internal void CallFrame(in SessionFrame frame) => OnFrame(frame);

    internal void CallAttached(bool isResumed) => OnAttached(isResumed);

    internal void CallDetached() => OnDetached();

    internal void CallRestored(ReadOnlyMemory<byte> state) => OnRestored(state);

    internal void CallEnded(SessionEndReason reason) => OnEnded(reason);

    private void ThrowIfTooLong(int length, string name)
    {
        var most = Core.MaxFrameLength;
        if (length > most)
        {
            throw new ArgumentException($"{name} has {length} bytes; it must have at most {most}", name);
        }
    }
}
