namespace ActorTcp.Tests.Support;

/// <summary>How a connection is registered, and the steps after that.</summary>
internal sealed record ConnectionScript(bool KeepOpen, bool Pull, ConnectionStep[] Steps)
{
    public override string ToString() => $"KeepOpen {KeepOpen}, Pull {Pull}: {string.Join(", ", (IEnumerable<ConnectionStep>)Steps)}";
}
