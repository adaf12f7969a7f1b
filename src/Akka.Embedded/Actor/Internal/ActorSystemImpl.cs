using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

public partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly TerminationCallbacks _termination;
    private IActorRef? _deadLetterListener;

    public ActorSystemImpl(string name)
        : this(name, ConfigurationFactory.Default(), ActorSystemSetup.Empty) { }

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException(
                $"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        ArgumentNullException.ThrowIfNull(config);

        Name = name;
        Settings = new Settings(this, config, setup);
        DebugReceive = Settings.AddLoggingReceive;
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, $"ActorSystem({name})", GetType(), Settings.LogFormatter);
        Scheduler = CreateScheduler();
        LocalProvider = new LocalActorRefProvider(this);
        DeadLetters = LocalProvider.DeadLetters;
        _termination = new TerminationCallbacks(LocalProvider.TerminationTask);
        Mailboxes = new Mailboxes(this);
        Dispatchers = new Dispatchers(this, new DefaultDispatcherPrerequisites(EventStream, Scheduler, Settings, Mailboxes), Log);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override Mailboxes Mailboxes { get; }

    public override Dispatchers Dispatchers { get; }

    public override IActorRef DeadLetters { get; }

    public override IActorRef IgnoreRef => LocalProvider.IgnoreRef;

    public override IActorRefProvider Provider => LocalProvider;

    public override IInternalActorRef Guardian => LocalProvider.Guardian;

    public override IInternalActorRef SystemGuardian => LocalProvider.SystemGuardian;

    public override IInternalActorRef LookupRoot => LocalProvider.RootGuardian;

    public override Task WhenTerminated => _termination.Task;

    internal LocalActorRefProvider LocalProvider { get; }

    /// <summary>Looked at for every message; so it is here and not in the settings.</summary>
    internal bool DebugReceive { get; }

    public void Start()
    {
        try
        {
            RegisterOnTermination(StopScheduler);
            LocalProvider.Init();
            LoadExtensions();
            if (Settings.LogDeadLetters > 0)
                _deadLetterListener = SystemActorOf<DeadLetterListener>("deadLetterListener");

            // So that from now on dead letters are logged, and the log has no more of the system's own beginnings.
            Ready.Await(Settings.LoggerStartTimeout, LocalProvider.SystemGuardian.Children);
            EventStream.StartUnsubscriber(this);
            Ready.Await(Settings.LoggerStartTimeout, LocalProvider.SystemGuardian.Children);
            if (Settings.LogConfigOnStart)
                Log.Info("{0}", Settings);
        }
        catch (Exception)
        {
            if (Guardian is not null)
                FinalTerminate();
            else
                StopScheduler();
            throw;
        }
    }

    public override IActorRef ActorOf(Props props, string? name = null) => LocalProvider.Guardian.Cell.AttachChild(props, false, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) =>
        LocalProvider.SystemGuardian.Cell.AttachChild(props, true, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => Actor.ActorSelection.From(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        Actor.ActorSelection.From(actorPath, this, LookupRoot);

    public override void Stop(IActorRef actor)
    {
        var parent = actor.Path.Parent;
        if (parent == Guardian.Path)
            Guardian.Tell(new StopChild(actor));
        else if (parent == SystemGuardian.Path)
            SystemGuardian.Tell(new StopChild(actor));
        else
            ((IInternalActorRef)actor).Stop();
    }

    public override object RegisterExtension(IExtensionId extension)
    {
        if (extension is null)
            return null!;
        return _extensions.GetOrAdd(extension.ExtensionType, _ => new Lazy<object>(() => extension.CreateExtension(this))).Value;
    }

    public override object GetExtension(IExtensionId extensionId)
    {
        TryGetExtension(extensionId.ExtensionType, out var extension);
        return extension;
    }

    public override T GetExtension<T>()
    {
        TryGetExtension<T>(out var extension);
        return extension;
    }

    public override bool TryGetExtension(Type extensionType, out object extension)
    {
        var found = _extensions.TryGetValue(extensionType, out var lazy);
        extension = lazy?.Value!;
        return found;
    }

    public override bool TryGetExtension<T>(out T extension)
    {
        var found = TryGetExtension(typeof(T), out var untyped);
        extension = (untyped as T)!;
        return found;
    }

    public override bool HasExtension(Type type) => _extensions.ContainsKey(type);

    public override bool HasExtension<T>() => _extensions.ContainsKey(typeof(T));

    public override void RegisterOnTermination(Action code) => _termination.Add(code);

    public override Task Terminate() => Settings.CoordinatedShutdownRunByActorSystemTerminate
        ? CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
        : FinalTerminate();

    public override string ToString() => LocalProvider.DefaultAddress.ToString();

    internal override Task FinalTerminate()
    {
        Log.Debug("System shutdown initiated");
        if (!Settings.LogDeadLettersDuringShutdown && _deadLetterListener is not null)
            Stop(_deadLetterListener);
        Guardian.Stop();
        return WhenTerminated;
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex ValidName();

    private IScheduler CreateScheduler()
    {
        var type = TypeNames.Find(Settings.SchedulerClass)
            ?? throw new ConfigurationException($"Could not resolve scheduler type {Settings.SchedulerClass}");
        return TypeNames.Create<IScheduler>(type, Settings.Config, Log);
    }

    private void StopScheduler() => (Scheduler as IDisposable)?.Dispose();

    private void LoadExtensions()
    {
        foreach (var name in Settings.Config.GetStringList("akka.extensions", []))
        {
            var type = TypeNames.Find(name);
            if (type is null || type.IsAbstract || !typeof(IExtensionId).IsAssignableFrom(type))
            {
                Log.Error("[{0}] is not an 'ExtensionId', skipping...", name);
                continue;
            }

            IExtensionId id;
            try
            {
                id = TypeNames.Create<IExtensionId>(type);
            }
            catch (Exception e)
            {
                Log.Error(e, "While trying to load extension [{0}], skipping...", name);
                continue;
            }

            RegisterExtension(id);
        }
    }
}
