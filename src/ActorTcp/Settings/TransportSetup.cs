using ActorTcp.Transport;
using Akka.Actor.Setup;

namespace ActorTcp.Settings;

/// <summary>Sets the transport of an actor system. Without it the system uses TCP over epoll.</summary>
internal sealed class TransportSetup(ITransport transport) : Setup
{
    public ITransport Transport { get; } = transport;
}
