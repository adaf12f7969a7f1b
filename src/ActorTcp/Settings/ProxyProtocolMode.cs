namespace ActorTcp;

/// <summary>Whether a listener reads headers of the PROXY protocol (<see cref="ProxyProtocolOptions.Mode"/>).</summary>
public enum ProxyProtocolMode
{
    /// <summary>No header is read. A header that a peer sends is data.</summary>
    Off,
    /// <summary>A trusted peer may send a header. Without one, and for other peers, the connection is the client's own.</summary>
    Optional,
    /// <summary>Each connection must begin with the header of a trusted peer. Others are closed.</summary>
    Required,
}
