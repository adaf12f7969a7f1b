using Akka.Actor;
using ActorTcp.Polling;

namespace ActorTcp.Actors;

/// <summary>
/// When a listener that could not accept tries again. On its loop's own wheel: the system's scheduler would keep a thread awake for it,
/// at a time when there is little to spare.
/// </summary>
internal sealed class AcceptTimer(IActorRef listener) : LoopTimer
{
    public override void OnDue() => listener.Tell(Due.Instance, ActorRefs.NoSender);

    internal sealed class Due : INoSerializationVerificationNeeded
    {
        public static readonly Due Instance = new();
    }
}
