using ActorTcp.Transport;
using Akka.Actor.Setup;

namespace ActorTcp.Settings;

/// <summary>Gives an actor system another network than the kernel's TCP over epoll.</summary>
internal sealed class TransportSetup(ITransport transport) : Setup
{
    public ITransport Transport { get; } = transport;
}
