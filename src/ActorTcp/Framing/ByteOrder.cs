namespace ActorTcp.Framing;

/// <summary>The order in which the bytes of a number are sent.</summary>
public enum ByteOrder
{
    /// <summary>The most significant byte first, which is network byte order. The default.</summary>
    BigEndian,
    /// <summary>The least significant byte first.</summary>
    LittleEndian,
}
