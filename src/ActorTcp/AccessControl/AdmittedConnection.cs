using ActorTcp.Settings;
using Akka.Actor;

namespace ActorTcp.AccessControl;

/// <summary>
/// A connection that an <see cref="AdmissionControl"/> counts. It is also the message that the listener receives when the actor of the connection has
/// stopped, so no map from actors to addresses is needed.
/// </summary>
internal sealed class AdmittedConnection(AddressBits? address) : INoSerializationVerificationNeeded
{
    /// <summary>The client's address; null if it is no Internet address.</summary>
    public AddressBits? Address => address;

    /// <summary>The entry of the address; null if there is no limit per address. Read on any loop.</summary>
    public AddressEntry? Entry { get; set => Volatile.Write(ref field, value); }

    /// <summary>The actor of the connection; null until it is made.</summary>
    public IActorRef? Actor { get; set; }

    /// <summary>Its place in the list of connections, or minus one if it is not counted any more.</summary>
    public int Index { get; set; } = -1;
}
