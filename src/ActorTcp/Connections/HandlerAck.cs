using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// From a <see cref="TcpHandler"/> to its connection: what it has processed, and how its instances fail and restart, so that no byte is lost or delivered twice.
/// </summary>
internal abstract record HandlerAck : IHandlerAck
{
    private HandlerAck()
    {
    }

    /// <summary>The handler acknowledges each message that it has processed, and receives the next one after that. Sent when it has received Connected.</summary>
    internal sealed record Enabled : HandlerAck
    {
        public static readonly Enabled Instance = new();
    }

    /// <summary>The handler has another connection. The connection stays without a handler.</summary>
    /// <param name="Text">Which connection it has.</param>
    internal sealed record Refused(string Text) : HandlerAck;

    /// <summary>Connected has been processed: the handler may receive the first bytes.</summary>
    internal sealed record Ready : HandlerAck
    {
        public static readonly Ready Instance = new();
    }

    /// <summary>Closed has been processed.</summary>
    internal sealed record Ended : HandlerAck
    {
        public static readonly Ended Instance = new();
    }

    /// <summary>The Received, PeerEof, FrameFailed or Resumed that the connection sent last has been processed without an exception.</summary>
    /// <param name="Resumed">The number of that message if it is a Resumed: it may be sent again, and only the last one counts. 0 otherwise.</param>
    internal sealed record Completed(int Resumed) : HandlerAck
    {
        public static readonly Completed Instance = new(0);
    }

    /// <summary>Resumed has arrived. Its processing begins.</summary>
    /// <param name="Resumed">The number of the message.</param>
    internal sealed record Resuming(int Resumed) : HandlerAck;

    /// <summary>The processing of the message that the connection sent last threw.</summary>
    internal sealed record Failed : HandlerAck
    {
        public static readonly Failed Instance = new();
    }

    /// <summary>The instance has stopped before the connection's end. A supervisor may start another one.</summary>
    /// <param name="Threw">Whether it was stopped because it threw.</param>
    internal sealed record Stopped(bool Threw) : HandlerAck;

    /// <summary>The handler restarts: its next instance knows nothing, and waits for Resumed.</summary>
    /// <param name="InTheMiddle">Whether it was processing a message of the connection asynchronously, and restarts together with other actors.</param>
    internal sealed record Restarting(bool InTheMiddle) : HandlerAck;
}

/// <summary>What an instance does with a message.</summary>
internal enum Admission
{
    /// <summary>It is no message of a connection.</summary>
    Other,
    /// <summary>Its hook is called, and the message is acknowledged.</summary>
    Process,
    /// <summary>Its hook is called.</summary>
    Call,
    /// <summary>Nothing.</summary>
    Ignore,
    /// <summary>The connection, or its node, is gone, and its Closed has not arrived.</summary>
    Lost,
}

/// <summary>The stash of a <see cref="TcpHandler"/>. Notifies the handler's session that the message is stashed.</summary>
internal sealed class ObservedStash(IStash stash, HandlerSession session) : IStash
{
    public int Count => stash.Count;

    public bool IsEmpty => stash.IsEmpty;

    public bool NonEmpty => stash.NonEmpty;

    public bool IsFull => stash.IsFull;

    public int Capacity => stash.Capacity;

    public void Stash()
    {
        stash.Stash();
        session.OnStashed();
    }

    public void Unstash() => stash.Unstash();

    public void UnstashAll() => stash.UnstashAll();

    public void UnstashAll(Func<Envelope, bool> predicate) => stash.UnstashAll(predicate);

    public IEnumerable<Envelope> ClearStash() => stash.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => stash.Prepend(envelopes);
}

/// <summary>The last message of a connection on another node, and the answer to it, which is null until the message is processed.</summary>
internal sealed class RemoteExchange
{
    public object? Message { get; set; }

    public HandlerAck? Answer { get; set; }

    /// <summary>Whether a message is the last one again.</summary>
    public bool IsRepeatedBy(object message) => (message, Message) switch
    {
        (_, null) => false,
        (Received next, Received previous) => next.Offset == previous.Offset,
        (ConnectionProtocol.Resumed next, ConnectionProtocol.Resumed previous) => next.Number == previous.Number,
        (_, var last) => message.GetType() == last.GetType(),
    };
}
