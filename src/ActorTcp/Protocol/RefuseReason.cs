namespace ActorTcp;

/// <summary>Why a listener refused a client. See <see cref="ListenerDescription.RefusedByReason"/> and <see cref="ListenerProtocol.LimitReached"/>.</summary>
public enum RefuseReason
{
    /// <summary>The listener has <see cref="ListenerLimits.MaxConnections"/> connections.</summary>
    MaxConnections,
    /// <summary>The client's address is in <see cref="ListenerLimits.DeniedNetworks"/>, or not in <see cref="ListenerLimits.AllowedNetworks"/>.</summary>
    Network,
    /// <summary>The client's address has <see cref="ListenerLimits.MaxConnectionsPerAddress"/> connections.</summary>
    AddressConnections,
    /// <summary>The client's address connects faster than <see cref="ListenerLimits.AddressAcceptRate"/>.</summary>
    AddressRate,
    /// <summary>All clients together connect faster than <see cref="ListenerLimits.AcceptRate"/>.</summary>
    AcceptRate,
    /// <summary>The client's address is new, and <see cref="ListenerLimits.MaxAddresses"/> addresses have connections.</summary>
    AddressTable,
}
