using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Returned by an autopilot that is to run no more.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot() { }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}
