using Akka.Actor;
using Akka.Embedded.Tests.Support;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>A test that grows small trees of witnesses.</summary>
public abstract class SupervisionTest(string hocon = "") : EngineTest(hocon)
{
    protected static SupervisorStrategy Always(Directive directive) => new OneForOneStrategy(_ => directive);

    /// <summary>A top-level parent with this strategy, which logs nothing itself.</summary>
    protected IActorRef Parent(SupervisorStrategy strategy, string? name = null)
        => Sys.ActorOf(Witness.Props("parent", ActorRefs.Nobody, strategy), name!);

    /// <summary>A child of it that logs to the test, its own start already seen.</summary>
    protected async Task<IActorRef> Child(IActorRef parent, string name, SupervisorStrategy? strategy = null)
    {
        var child = await parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props(name, TestActor, strategy), name), Limit);
        await ExpectInOrder($"{name}:new", $"{name}:PreStart");
        return child;
    }

    /// <summary>Expects a witness to be restarted for a reason, the message it failed with aside.</summary>
    protected async Task ExpectRestart(string name, string reason)
    {
        await ExpectMsgAsync<string>(m => m.StartsWith($"{name}:PreRestart({reason},", StringComparison.Ordinal));
        await ExpectInOrder($"{name}:PostStop", $"{name}:new", $"{name}:PostRestart({reason})", $"{name}:PreStart");
    }
}
