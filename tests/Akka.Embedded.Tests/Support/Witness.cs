using Akka.Actor;

namespace Akka.Embedded.Tests.Support;

/// <summary>
/// Tells a log what happens to it: its hooks as "name:hook", each message as "name:message". Throws the exceptions
/// it is told and spawns the Props it is told (named children), so that a test can grow a tree of them.
/// </summary>
public class Witness : UntypedActor
{
    public sealed record Spawn(Props Props, string Name);

    public sealed record Reply(object Message);

    private readonly string _name;
    private readonly IActorRef _log;
    private readonly SupervisorStrategy? _strategy;

    public Witness(string name, IActorRef log, SupervisorStrategy? strategy = null)
    {
        _name = name;
        _log = log;
        _strategy = strategy;
        Note("new");
    }

    public static Props Props(string name, IActorRef log, SupervisorStrategy? strategy = null)
        => Actor.Props.Create(() => new Witness(name, log, strategy));

    protected void Note(string what) => _log.Tell($"{_name}:{what}");

    protected override void PreStart() => Note("PreStart");

    protected override void PostStop() => Note("PostStop");

    protected override void PreRestart(Exception reason, object? message)
    {
        Note($"PreRestart({reason.Message},{message ?? "null"})");
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        Note($"PostRestart({reason.Message})");
        base.PostRestart(reason);
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy ?? base.SupervisorStrategy();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Exception exception:
                throw exception;
            case Spawn spawn:
                Sender.Tell(Context.ActorOf(spawn.Props, spawn.Name));
                break;
            case Reply reply:
                Sender.Tell(reply.Message);
                break;
            default:
                Note(message.ToString()!);
                break;
        }
    }
}
