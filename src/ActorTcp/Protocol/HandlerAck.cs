using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// What a <see cref="TcpHandler"/> sends to its connection by itself, so that no byte is lost or doubled when it fails. Public only for tests
/// that play the connection: these ignore it (<c>IgnoreMessages&lt;HandlerAck&gt;()</c>).
/// </summary>
public abstract record HandlerAck : INoSerializationVerificationNeeded
{
    private HandlerAck()
    {
    }

    /// <summary>It confirms what it processes, and wants the next message only then. Sent when it is Connected.</summary>
    internal sealed record Enabled : HandlerAck
    {
        public static readonly Enabled Instance = new();
    }

    /// <summary>It handles another connection. The connection stays without a handler.</summary>
    /// <param name="Text">Which.</param>
    internal sealed record Refused(string Text) : HandlerAck;

    /// <summary>Connected has been processed: the first bytes may come.</summary>
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
    /// <param name="Resumed">That message, if it is a Resumed: it may be sent again, and only the last one counts.</param>
    internal sealed record Completed(ConnectionProtocol.Resumed? Resumed) : HandlerAck
    {
        public static readonly Completed Instance = new((ConnectionProtocol.Resumed?)null);
    }

    /// <summary>Resumed has arrived, and is processed from now on.</summary>
    internal sealed record Resuming(ConnectionProtocol.Resumed Resumed) : HandlerAck;

    /// <summary>The processing of the message that the connection sent last threw.</summary>
    internal sealed record Failed : HandlerAck
    {
        public static readonly Failed Instance = new();
    }

    /// <summary>The handler is stopped, before the connection's end. A supervisor may start another one in its place.</summary>
    /// <param name="Threw">Whether it is stopped because it threw.</param>
    internal sealed record Stopped(bool Threw) : HandlerAck;

    /// <summary>The handler is restarted: its next instance knows nothing, and waits for Resumed.</summary>
    /// <param name="InTheMiddle">Whether it was processing a message of the connection asynchronously, and was restarted with others.</param>
    internal sealed record Restarting(bool InTheMiddle) : HandlerAck;
}
