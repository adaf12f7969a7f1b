namespace ActorTcp.Framing;

/// <summary>The bytes that end a line.</summary>
public enum LineEnding
{
    /// <summary>A line feed (\n), or a carriage return and a line feed (\r\n). The default for received lines.</summary>
    Any,
    /// <summary>A line feed (\n). A carriage return before it is part of the line.</summary>
    LineFeed,
    /// <summary>A carriage return and a line feed (\r\n). One of them alone is part of the line.</summary>
    CarriageReturnLineFeed,
}
