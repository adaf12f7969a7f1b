using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Supervised;

/// <summary>What handlers tell the <see cref="CrashActor"/>, and are told by it.</summary>
internal static class CrashProtocol
{
    /// <summary>A handler has been restarted.</summary>
    internal sealed record HandlerBack(IActorRef Handler, SockAddr RemoteAddress, string Over);

    /// <summary>Kill the listener. Nothing is answered; what survived is in the log.</summary>
    internal sealed record CrashListener(SockAddr RemoteAddress);

    /// <summary>Kill the sender's connection.</summary>
    internal sealed record CrashConnection(IActorRef Connection, SockAddr RemoteAddress);

    /// <summary>Make the actor that is pinned to a poll loop fail.</summary>
    internal sealed record CrashLoop(SockAddr RemoteAddress);

    /// <summary>Answered by <see cref="Counts"/>.</summary>
    /// <param name="Handler">Whose restarts.</param>
    internal sealed record Count(IActorRef Handler);

    /// <summary>How often what has crashed.</summary>
    /// <param name="Handler">The restarts of that handler.</param>
    /// <param name="Listener">How often the listener was killed.</param>
    /// <param name="Connections">How many connections were killed.</param>
    /// <param name="Loop">The restarts of the actor on a loop.</param>
    internal sealed record Counts(int Handler, int Listener, int Connections, int Loop);
}
