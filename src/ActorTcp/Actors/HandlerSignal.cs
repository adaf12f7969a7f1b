using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>What a <see cref="TcpHandler"/> tells its connection by itself, so that no byte is lost or doubled when it fails.</summary>
internal static class HandlerSignal
{
    /// <summary>It confirms each Received, and wants the next one only then. Told when it is Connected.</summary>
    internal sealed class Confirms : INoSerializationVerificationNeeded
    {
        public static readonly Confirms Instance = new();
    }

    /// <summary>The Received or Resumed that was told last has been processed without an exception.</summary>
    internal sealed class Taken : INoSerializationVerificationNeeded
    {
        public static readonly Taken Instance = new();
    }

    /// <summary>The processing of the Received or Resumed that was told last threw.</summary>
    internal sealed class Threw : INoSerializationVerificationNeeded
    {
        public static readonly Threw Instance = new();
    }

    /// <summary>The handler threw, and is stopped over it.</summary>
    internal sealed class GivenUp : INoSerializationVerificationNeeded
    {
        public static readonly GivenUp Instance = new();
    }

    /// <summary>The handler is restarted: its next instance knows nothing, and waits for Resumed.</summary>
    /// <param name="InTheMiddle">Whether it was in the middle of an asynchronous Received or Resumed, and was restarted with others.</param>
    internal sealed record Restarting(bool InTheMiddle) : INoSerializationVerificationNeeded;
}
