namespace ActorTcp.Tests.Support;

/// <summary>Ignores what it is told, and rests at a gate that it is told until that is open, and says so where it is asked to. For a thread of its own.</summary>
internal sealed class HoldingHandler : ReceiveActor
{
    public HoldingHandler()
    {
        Receive<ManualResetEventSlim>(gate => gate.Wait());
        Receive<(ManualResetEventSlim Holding, ManualResetEventSlim Gate)>(pair =>
        {
            pair.Holding.Set();
            pair.Gate.Wait();
        });
        ReceiveAny(_ => { });
    }
}
