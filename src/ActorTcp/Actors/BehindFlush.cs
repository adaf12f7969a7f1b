namespace ActorTcp.Actors;

/// <summary>What a connection that sends its last bytes does when they are gone.</summary>
internal enum BehindFlush
{
    /// <summary>It ends.</summary>
    End,

    /// <summary>It ends its sending side and goes on receiving until the peer has ended its own (ConfirmedClose).</summary>
    AwaitPeersEnd,

    /// <summary>It hands the socket over (GiveAway).</summary>
    HandOver,
}
