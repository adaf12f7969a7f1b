using Akka.Actor;
using static Akka.Embedded.Tests.Stress.StressProtocol;

namespace Akka.Embedded.Tests.Stress;

/// <summary>The parent of the trees: plants one for each Act it is told, and lets no failure past.</summary>
internal sealed class StressRoot : ReceiveActor
{
    private int _failures;

    public StressRoot(StressWorld world)
    {
        Receive<Act>(act =>
        {
            world.CountHandled();
            StressActor.Spawn(world, Context, 1, act.Seed);
        });
        Receive<Ping>(ping => Sender.Tell(ping));
    }

    protected override SupervisorStrategy SupervisorStrategy()
        => new OneForOneStrategy(_ => _failures++ % 10 == 0 ? Directive.Stop : Directive.Restart);
}
