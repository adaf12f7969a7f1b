namespace ActorTcp.Actors;

/// <summary>
/// What a connection's handler has of the received bytes.
/// <code>
/// NoHandler ──answered Connected──▶ Idle ──Received──▶ Told ──taken──▶ Idle
///                                     │                 │ threw, or restarted in the middle of it
///                                     │ restarted       ▼
///                                     └──Resumed──▶ Resuming ──taken──▶ Idle
///                     Told ──restarted over something else──▶ ResumingThenTold ──taken──▶ Told
/// Resuming, ResumingThenTold ──threw, or restarted in the middle of Resumed──▶ the same, told again
/// NoHandler ──restarted over Connected──▶ Resuming
/// Idle ──PeerEof or FrameFailed──▶ EndTold ──taken──▶ Idle, or ──restarted──▶ Resuming
/// any ──the instance stopped, its supervisor lives──▶ Resuming, or, from Told, ResumingThenTold
/// </code>
/// A handler that does not confirm what it takes goes from Idle to Idle with each Received.
/// </summary>
internal enum Delivery
{
    /// <summary>There is no handler, or it has not answered Connected.</summary>
    NoHandler,

    /// <summary>It may be told what comes next.</summary>
    Idle,

    /// <summary>It has been told bytes and has not confirmed them.</summary>
    Told,

    /// <summary>It has been told that the peer's bytes have ended, well or not, and has not confirmed it.</summary>
    EndTold,

    /// <summary>It has been told Resumed and has not confirmed it.</summary>
    Resuming,

    /// <summary>As Resuming, and the bytes it was told before are told again afterwards, because it never got to them.</summary>
    ResumingThenTold,
}
