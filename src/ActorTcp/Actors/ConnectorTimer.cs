namespace ActorTcp.Actors;

/// <summary>A connector's timers; each comes as the message of its own.</summary>
internal enum ConnectorTimer
{
    /// <summary>The next address has its turn.</summary>
    NextAddress,

    /// <summary>The connect has taken too long.</summary>
    ConnectTimeout,

    /// <summary>The wait before the next try is over.</summary>
    Backoff,
}
