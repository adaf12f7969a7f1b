using Akka.Actor;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>What a test actor can be told besides the messages that it collects.</summary>
public static class TestActor
{
    public delegate bool Ignore(object message);

    public static AutoPilot NoAutoPilot => TestKit.NoAutoPilot.Instance;

    public static AutoPilot KeepRunning => TestKit.KeepRunning.Instance;

    public class SetIgnore(Ignore? ignore) : INoSerializationVerificationNeeded
    {
        public Ignore? Ignore { get; } = ignore;
    }

    public class SetAutoPilot(AutoPilot autoPilot) : INoSerializationVerificationNeeded
    {
        public AutoPilot AutoPilot { get; } = autoPilot;
    }

    public class Watch(IActorRef actorToWatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToWatch;
    }

    public class Unwatch(IActorRef actorToUnwatch) : INoSerializationVerificationNeeded
    {
        public IActorRef Actor { get; } = actorToUnwatch;
    }

    public class Spawn(Props props, Option<string> name, Option<SupervisorStrategy> supervisorStrategy) : INoSerializationVerificationNeeded
    {
        // Like Akka.NET's test actor, ours does not use it: its children have the default strategy.
        internal Option<SupervisorStrategy> SupervisorStrategy { get; } = supervisorStrategy;

        public IActorRef Apply(IActorRefFactory context) => context.ActorOf(props, name.HasValue ? name.Value : null);
    }
}
