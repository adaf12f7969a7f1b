using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly TaskCompletionSource<Status> _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DeadLetterActorRef _deadLetters;
    private readonly ActorSystemImpl _system;
    private readonly Deployer _deployer;
    private readonly ILoggingAdapter _log;

    internal LocalActorRefProvider(ActorSystemImpl system)
    {
        _system = system;
        DefaultAddress = new Address("akka", system.Name);
        RootPath = new RootActorPath(DefaultAddress);
        Temp = new TempContainer(this, RootPath / "temp");
        IgnoreRef = new IgnoreActorRef(this);
        _deadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", system.EventStream);
        _deployer = new Deployer(Settings);
        _log = Logging.GetLogger(system.EventStream, $"LocalActorRefProvider({DefaultAddress})");
    }

    public ActorSystem System => _system;

    public Settings Settings => _system.Settings;

    public IInternalActorRef RootGuardian { get; private set; } = null!;

    public LocalActorRef Guardian { get; private set; } = null!;

    public LocalActorRef SystemGuardian { get; private set; } = null!;

    public IActorRef DeadLetters => _deadLetters;

    public IActorRef IgnoreRef { get; }

    public ActorPath RootPath { get; }

    public Address DefaultAddress { get; }

    public Task TerminationTask => _terminated.Task;

    internal TempContainer Temp { get; }

    public IActorRef RootGuardianAt(Address address) => address == DefaultAddress ? RootGuardian : _deadLetters;

    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out var actorPath))
            return ResolveActorRef(actorPath);
        _log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return _deadLetters;
    }

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (actorPath.Address != DefaultAddress || actorPath.Depth == 0)
        {
            _log.Debug("Resolve of foreign ActorPath [{0}] failed", actorPath);
            return _deadLetters;
        }

        string[] elements = [.. actorPath.Elements];
        if (actorPath.Uid != ActorCell.UndefinedUid)
            elements[^1] += $"#{actorPath.Uid}";
        var found = RootGuardian.GetChild(elements);
        return found.IsNobody() ? new EmptyLocalActorRef(this, actorPath, _system.EventStream) : found;
    }

    /// <summary>Makes the tree down to the guardians and starts them, then the loggers.</summary>
    internal void Init()
    {
        var dispatcher = _system.Dispatchers.InternalDispatcher;
        var mailbox = _system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        var rootStrategy = new OneForOneStrategy(e =>
        {
            _log.Error(e, "Guardian failed. Shutting down system");
            return Directive.Stop;
        });
        var above = new RootGuardianSupervisor(RootPath, this, _terminated, _log);
        var root = new RootGuardianActorRef(
            _system, Props.Create<GuardianActor>(rootStrategy), dispatcher, mailbox, above, RootPath, _deadLetters, Temp);
        RootGuardian = root;

        var userStrategy = SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create();
        Guardian = CreateGuardian("user", Props.Create<GuardianActor>(userStrategy));
        SystemGuardian = CreateGuardian("system", Props.Create<SystemGuardianActor>(SupervisorStrategy.DefaultStrategy));
        root.Start();

        // Each ends when the one below has: first /user, then /system, then the root.
        SystemGuardian.Cell.UseThreadContext(() => SystemGuardian.Cell.Watch(Guardian));
        root.Cell.UseThreadContext(() => root.Cell.Watch(SystemGuardian));
        _system.EventStream.StartDefaultLoggers(_system);

        LocalActorRef CreateGuardian(string name, Props props)
        {
            var guardian = new LocalActorRef(
                _system, props, dispatcher, mailbox, root, new ChildActorPath(RootPath, name, ActorCell.UndefinedUid));
            root.Cell.AddChild(guardian);
            guardian.Start();
            return guardian;
        }
    }

    /// <summary>Makes a reference with the dispatcher and the mailbox of its props, or of the configuration for its path.</summary>
    internal LocalActorRef ActorOf(Props props, IInternalActorRef supervisor, ActorPath path)
    {
        props = _deployer.Apply(props, path);
        if (!_system.Dispatchers.HasDispatcher(props.Dispatcher))
            throw new ConfigurationException($"Dispatcher [{props.Dispatcher}] not configured for path {path}");
        MessageDispatcher dispatcher;
        MailboxType mailbox;
        try
        {
            dispatcher = _system.Dispatchers.Lookup(props.Dispatcher);
            mailbox = _system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        }
        catch (Exception e)
        {
            throw new ConfigurationException(
                $"Configuration problem while creating [{path}] with dispatcher [{props.Dispatcher}] and mailbox [{props.Mailbox}]", e);
        }

        return new LocalActorRef(_system, props, dispatcher, mailbox, supervisor, path);
    }
}
