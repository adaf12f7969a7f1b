namespace ActorTcp.Framing;

/// <summary>What ends a line.</summary>
public enum LineEnding
{
    /// <summary>A line feed (\n), with a carriage return before it or not (\r\n).</summary>
    Any,
    /// <summary>A line feed (\n). A carriage return before it belongs to the line.</summary>
    LineFeed,
    /// <summary>A carriage return and a line feed (\r\n). One of them alone belongs to the line.</summary>
    CarriageReturnLineFeed,
}
