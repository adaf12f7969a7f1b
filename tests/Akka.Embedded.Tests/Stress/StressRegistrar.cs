using Akka.Actor;
using static Akka.Embedded.Tests.Stress.StressProtocol;

namespace Akka.Embedded.Tests.Stress;

/// <summary>Watches every node from its birth on and keeps the list of those that live.</summary>
internal sealed class StressRegistrar : ReceiveActor
{
    public StressRegistrar(StressWorld world)
    {
        var living = new Dictionary<IActorRef, StressNode>();
        Receive<Born>(born =>
        {
            Context.Watch(born.Ref);
            living.Add(born.Ref, born.Node);
            born.Node.Live(born.Ref);
            world.Add(born.Node);
            world.CountHandled();
        });
        Receive<Terminated>(terminated =>
        {
            world.CountHandled();
            if (!living.Remove(terminated.ActorRef, out var node))
            {
                world.Errors.Enqueue($"the registrar was told twice of the death of {terminated.ActorRef}");
                return;
            }
            node.Die();
            world.Remove(node);
        });
        Receive<Ping>(ping => Sender.Tell(ping));
    }
}
