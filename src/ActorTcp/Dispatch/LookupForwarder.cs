using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Dispatch;

/// <summary>Sends the result of a host lookup to the actor that requested it, as <see cref="LookedUp"/>.</summary>
internal sealed class LookupForwarder(IActorRef actor) : IHostLookupOwner
{
    public void OnLookedUp(HostLookupResult result) => actor.Tell(new LookedUp(result), ActorRefs.NoSender);
}

/// <summary>A lookup that the actor requested has ended.</summary>
internal sealed record LookedUp(HostLookupResult Result) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
