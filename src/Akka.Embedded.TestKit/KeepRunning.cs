using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Returned by an autopilot that is to run for the next message too.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static readonly KeepRunning Instance = new();

    private KeepRunning() { }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning only stands for the autopilot that returned it; it cannot run.");
}
