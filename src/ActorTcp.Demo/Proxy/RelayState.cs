namespace ActorTcp.Demo.Proxy;

/// <summary>Where one direction of a relay is.</summary>
internal enum RelayState
{
    /// <summary>The source has been asked for bytes.</summary>
    Reading,

    /// <summary>The window is full: the source is asked when half of it has gone out.</summary>
    Full,

    /// <summary>The source has said everything.</summary>
    Ended,
}
