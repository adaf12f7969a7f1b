using Akka.Actor;
using static Akka.Embedded.Tests.Stress.StressProtocol;

namespace Akka.Embedded.Tests.Stress;

/// <summary>A node: at random it sends, spawns, watches, stashes, crashes and stops others or itself.</summary>
internal sealed class StressActor : UntypedActor, IWithStash
{
    private readonly StressWorld _world;
    private readonly StressNode _node;
    private readonly uint _seed;
    private bool _closed;

    public StressActor(StressWorld world, StressNode node, uint seed)
    {
        (_world, _node, _seed) = (world, node, seed);
        _world.Track(node.Id, this);
    }

    public IStash Stash { get; set; } = null!;

    /// <summary>Makes a node and tells the registrar of it.</summary>
    public static void Spawn(StressWorld world, IActorRefFactory parent, int depth, uint seed)
    {
        var node = world.NewNode(depth);
        var props = Props.Create<StressActor>(world, node, seed).WithDispatcher(StressWorld.Dispatchers[seed % 4]);
        IActorRef actor;
        try
        {
            actor = parent.ActorOf(props, $"n{node.Id}");
        }
        catch (Exception e)
        {
            world.Errors.Enqueue($"node {node.Id} could not be made: {e.Message}");
            throw;
        }
        world.Track(node.Id, actor);
        world.Registrar.Tell(new Born(node, actor), ActorRefs.NoSender);
    }

    public static int IdOf(IActorRef actor) => int.Parse(actor.Path.Name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    protected override SupervisorStrategy SupervisorStrategy() => StrategyOf(_seed);

    public static SupervisorStrategy StrategyOf(uint seed)
    {
        var throws = 0u;
        return new OneForOneStrategy(_ => ((seed + 7 * throws++) % 20) switch
        {
            < 12 => Directive.Restart,
            < 16 => Directive.Resume,
            < 18 => Directive.Escalate,
            _ => Directive.Stop,
        });
    }

    protected override void PreStart() => _node.Started++;

    protected override void PostStop() => _node.Stopped++;

    protected override void PreRestart(Exception reason, object? message)
    {
        // The base stops the children and unwatches them: no Terminated will come of these.
        foreach (var child in Context.GetChildren())
            _node.Watching.Remove(IdOf(child));
        base.PreRestart(reason, message!);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ping:
                Sender.Tell(message);
                break;
            case Open:
                _closed = false;
                Stash.UnstashAll();
                break;
            case Act act:
                _world.CountHandled();
                _world.CountActed();
                Do(new Dice(act.Seed));
                break;
            case Data or Terminated when _closed:
                Stash.Stash();
                break;
            case Data data:
                _world.CountHandled();
                On(data);
                break;
            case Terminated terminated:
                _world.CountHandled();
                if (!_node.Watching.Remove(IdOf(terminated.ActorRef)))
                    _world.Errors.Enqueue($"node {_node.Id} was told twice of the death of {terminated.ActorRef}");
                break;
        }
    }

    private void On(Data data)
    {
        var last = _node.Received.GetValueOrDefault(data.From);
        if (data.Number != last + 1)
            _world.Errors.Enqueue($"node {_node.Id} got message {data.Number} of node {data.From} after {last}");
        _node.Received[data.From] = data.Number;

        var dice = new Dice(data.Seed);
        if (dice.PerMille(5))
            throw new Crash(_node.Id);
        if (dice.PerMille(30))
            RunTask(() => Later(dice, data.Hops));
        else if (data.Hops > 0)
            Send(ref dice, data.Hops - 1);
    }

    private async Task Later(Dice dice, int hops)
    {
        await Task.Yield();
        if (hops > 0)
            Send(ref dice, hops - 1);
        if (dice.PerMille(50))
            throw new Crash(_node.Id);
    }

    private void Send(ref Dice dice, int hops)
    {
        if (_world.Random(ref dice) is not { Ref: { } target } other)
            return;
        var number = _node.Sent.GetValueOrDefault(other.Id) + 1;
        _node.Sent[other.Id] = number;
        target.Tell(new Data(_node.Id, number, dice.Next(), hops));
    }

    private void Do(Dice dice)
    {
        switch (dice.Next(100))
        {
            case < 50:
                for (var i = dice.Next(5); i >= 0; i--)
                    Send(ref dice, 2);
                break;
            case < 72:
                if (_world.HasRoom && _node.Depth < 8)
                    Spawn(_world, Context, _node.Depth + 1, dice.Next());
                break;
            case < 81:
                Watch(ref dice);
                break;
            case < 86:
                _closed = true;
                break;
            case < 92:
                Self.Tell(Open.Instance);
                break;
            case < 97:
                throw new Crash(_node.Id);
            default:
                Stop(ref dice);
                break;
        }
    }

    private void Watch(ref Dice dice)
    {
        if (_world.Random(ref dice) is not { Ref: { } target } other || other == _node || !_node.Watched.Add(other.Id))
            return;
        _node.Watching.Add(other.Id);
        Context.Watch(target);
    }

    private void Stop(ref Dice dice)
    {
        // Mostly those further down, so that the trees keep their roots.
        if (_world.Random(ref dice) is not { Ref: { } target } other || other.Depth < 3 && !dice.PerMille(100))
            return;
        switch (dice.Next(4))
        {
            case 0:
                Context.Stop(target);
                break;
            case 1:
                target.Tell(PoisonPill.Instance);
                break;
            case 2:
                target.Tell(Kill.Instance);
                break;
            default:
                Context.Stop(Self);
                break;
        }
    }
}
