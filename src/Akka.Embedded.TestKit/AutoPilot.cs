using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Lets a test actor answer by itself: runs for each message and returns what is to run for the next.</summary>
public abstract class AutoPilot
{
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    public static KeepRunning KeepRunning => KeepRunning.Instance;

    public abstract AutoPilot Run(IActorRef sender, object message);
}
