using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>
/// What a <see cref="TcpHandler"/> tells its connection by itself, so that no byte is lost or doubled when it fails. Public only for tests
/// that stand in for the connection: these ignore it (<c>IgnoreMessages&lt;HandlerSignal&gt;()</c>).
/// </summary>
public abstract record HandlerSignal : INoSerializationVerificationNeeded
{
    private HandlerSignal()
    {
    }

    /// <summary>It confirms each Received, and wants the next one only then. Told when it is Connected.</summary>
    internal sealed record Confirms : HandlerSignal
    {
        public static readonly Confirms Instance = new();
    }

    /// <summary>The Received or Resumed that was told last has been processed without an exception.</summary>
    internal sealed record Taken : HandlerSignal
    {
        public static readonly Taken Instance = new();
    }

    /// <summary>The processing of the Received or Resumed that was told last threw.</summary>
    internal sealed record Threw : HandlerSignal
    {
        public static readonly Threw Instance = new();
    }

    /// <summary>The handler threw, and is stopped over it.</summary>
    internal sealed record GivenUp : HandlerSignal
    {
        public static readonly GivenUp Instance = new();
    }

    /// <summary>The handler is restarted: its next instance knows nothing, and waits for Resumed.</summary>
    /// <param name="InTheMiddle">Whether it was in the middle of an asynchronous Received or Resumed, and was restarted with others.</param>
    internal sealed record Restarting(bool InTheMiddle) : HandlerSignal;
}
