using Akka.Actor.Setup;

namespace ActorTcp.Polling;

/// <summary>Gives an actor system's loops another clock than the system's.</summary>
internal sealed class PollExecutorClockSetup(ILoopClock clock) : Setup
{
    public ILoopClock Clock { get; } = clock;
}
