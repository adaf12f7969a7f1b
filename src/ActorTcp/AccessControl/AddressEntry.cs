using ActorTcp.Settings;

namespace ActorTcp.AccessControl;

/// <summary>What a listener remembers of one address. The receive bucket is used by all loops, everything else on the listener's loop.</summary>
internal sealed class AddressEntry(AddressBits network)
{
    /// <summary>Taken from by the connections of the address, on their loops.</summary>
    public TokenBucket Received;

    public TokenBucket Accepted;

    public AddressBits Network => network;

    /// <summary>The number of open connections.</summary>
    public int Connections { get; set; }

    /// <summary>Whether the entry is in the queue of entries that may be forgotten.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether the entry is not worth keeping: it is as a new one would be.</summary>
    public bool IsIdle(long now) => Connections == 0 && Accepted.IsFull(now) && Received.IsFull(now);
}
