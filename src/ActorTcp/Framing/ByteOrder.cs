namespace ActorTcp.Framing;

/// <summary>The order of a number's bytes in the stream.</summary>
public enum ByteOrder
{
    /// <summary>The most significant byte first: network order.</summary>
    BigEndian,
    /// <summary>The least significant byte first.</summary>
    LittleEndian,
}
