namespace ActorTcp.Polling;

/// <summary>Whoever asked to be called at the end of a turn, behind all readiness and all mailboxes of it.</summary>
internal interface ITurnEnd
{
    /// <summary>The turn ends. Called once per <see cref="PollLoop.AtTurnEnd"/>, on the loop's thread. Must not throw.</summary>
    void OnTurnEnd();
}
