using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.AccessControl;

/// <summary>
/// A connection that an <see cref="AdmissionControl"/> counts. It is also the message that the listener receives when the actor of the connection has
/// stopped, so no map from actors to addresses is needed.
/// </summary>
internal sealed class AdmittedConnection(SockAddr? address) : INoSerializationVerificationNeeded
{
    /// <summary>The client's address, the object that its channel has too; null if it is not known yet.</summary>
    public SockAddr? Address { get; set; } = address;

    /// <summary>The entry of the address; null if there is no limit per address. Read on any loop.</summary>
    public AddressEntry? Entry { get; set => Volatile.Write(ref field, value); }

    /// <summary>The actor of the connection; null until it is made.</summary>
    public IActorRef? Actor { get; set; }

    /// <summary>Its place in the list of connections, or minus one if it is not counted any more.</summary>
    public int Index { get; set; } = -1;
}
