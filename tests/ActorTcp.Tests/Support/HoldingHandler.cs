namespace ActorTcp.Tests.Support;

/// <summary>Ignores its messages, but waits at a gate that it receives until the gate is open. It needs its own thread.</summary>
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
