using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Supervised;

/// <summary>The messages between the handlers and the <see cref="CrashActor"/>.</summary>
internal static class CrashProtocol
{
    /// <summary>A handler has been restarted.</summary>
    internal sealed record HandlerBack(IActorRef Handler, SockAddr RemoteAddress, string Line);

    /// <summary>Kill the listener. There is no answer; the log says what survived.</summary>
    internal sealed record CrashListener(SockAddr RemoteAddress);

    /// <summary>Kill the connection of the sender.</summary>
    internal sealed record CrashConnection(IActorRef Connection, SockAddr RemoteAddress);

    /// <summary>Make the actor on a poll loop throw.</summary>
    internal sealed record CrashLoop(SockAddr RemoteAddress);

    /// <summary>Answered by <see cref="Counts"/>.</summary>
    /// <param name="Handler">The handler whose restarts are counted.</param>
    internal sealed record Count(IActorRef Handler);

    /// <summary>The numbers of failures.</summary>
    /// <param name="Handler">The restarts of the handler.</param>
    /// <param name="Listener">The number of times that the listener was killed.</param>
    /// <param name="Connections">The number of killed connections.</param>
    /// <param name="Loop">The restarts of the actor on a poll loop.</param>
    internal sealed record Counts(int Handler, int Listener, int Connections, int Loop);
}
