namespace ActorTcp.Tests.Support;

/// <summary>How a <see cref="StormHandler"/> is to fail.</summary>
internal enum Crash
{
    /// <summary>Over this very message.</summary>
    Now,

    /// <summary>Over this message, behind an await.</summary>
    Later,

    /// <summary>Over the next bytes.</summary>
    OverBytes,
}
