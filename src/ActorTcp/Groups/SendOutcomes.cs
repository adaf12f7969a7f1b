using ActorTcp.Diagnostics;
using Akka.Actor;

namespace ActorTcp.Groups;

/// <summary>
/// The sender of the Sends of broadcasts. It counts those that failed. So a slow member sends its failures neither to the group actor nor to the actor that
/// made the broadcast.
/// </summary>
internal sealed class SendOutcomes(GroupMeters meters) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is ConnectionProtocol.SendFailed)
        {
            meters.AddUndeliverable();
        }
    }
}
