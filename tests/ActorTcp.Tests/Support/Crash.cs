namespace ActorTcp.Tests.Support;

/// <summary>How a <see cref="StormHandler"/> is to fail.</summary>
internal enum Crash
{
    /// <summary>While it handles this message.</summary>
    Now,

    /// <summary>While it handles this message, after an await.</summary>
    Later,

    /// <summary>While it handles the next bytes.</summary>
    OverBytes,
}
