namespace ActorTcp.Framing;

/// <summary>The form of the length before a frame. All are unsigned.</summary>
public enum LengthField
{
    /// <summary>A variable number of bytes, 1 to 5, with 7 bits each and the least significant first (LEB128, as in protocol buffers). At most 32 bits.</summary>
    Varint = 0,
    /// <summary>1 byte: up to 255.</summary>
    OneByte = 1,
    /// <summary>2 bytes: up to 65,535.</summary>
    TwoBytes = 2,
    /// <summary>3 bytes: up to 16,777,215.</summary>
    ThreeBytes = 3,
    /// <summary>4 bytes: up to 4,294,967,295.</summary>
    FourBytes = 4,
}
