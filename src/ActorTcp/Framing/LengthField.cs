namespace ActorTcp.Framing;

/// <summary>The format of the length field before a frame. All formats are unsigned.</summary>
public enum LengthField
{
    /// <summary>1 to 5 bytes with 7 bits each, the least significant first: up to 4,294,967,295 (LEB128, as in protocol buffers).</summary>
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
