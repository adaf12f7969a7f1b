using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// An actor system for a test, a test actor that collects what it is sent, and what a test can expect of the two.
/// Durations that are given to a member are multiplied by akka.test.timefactor, unless it says otherwise.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int _lastTestActor;

    private readonly ITestKitAssertions _assertions;
    private readonly Channel<MessageEnvelope> _queue = Channel.CreateUnbounded<MessageEnvelope>();

    private MessageEnvelope _lastMessage = NullMessageEnvelope.Instance;

    // The end of the innermost Within, in the time of Now.
    private TimeSpan? _end;

    // Set when the last thing of a Within waited for messages that did not come: its overtime is no failure then.
    private bool _lastWasNoMessage;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName) { }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName) { }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName, testActorName) { }

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        _assertions = assertions;
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        if (system is not null)
            system.Settings.InjectTopLevelFallback(DefaultConfig);

        Sys.RegisterExtension(new TestKitExtension());
        Sys.RegisterExtension(new TestKitAssertionsExtension(_assertions));
        TestKitSettings = TestKitExtension.For(Sys);
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        Sys.Dispatchers.RegisterConfigurator(
            CallingThreadDispatcher.Id,
            new CallingThreadDispatcherConfigurator(Sys.Settings.Config, Sys.Dispatchers.Prerequisites));
        TestActor = CreateTestActor(string.IsNullOrEmpty(testActorName) ? $"testActor{Interlocked.Increment(ref _lastTestActor)}" : testActorName);
        Ready.Await(TestKitSettings.DefaultTimeout, TestActor);
        ImplicitSender.Install(this);
    }

    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("""
        akka {
          loglevel = DEBUG
          stdout-loglevel = DEBUG
          log-dead-letters = true
          log-dead-letters-during-shutdown = true
          actor.debug {
            receive = true
            autoreceive = true
            lifecycle = true
            fsm = true
            event-stream = true
            unhandled = true
            router-misconfiguration = true
          }
        }
        """);

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public ILoggingAdapter Log { get; }

    public EventFilterFactory EventFilter { get; }

    public IActorRef TestActor { get; }

    public object LastMessage => _lastMessage.Message;

    public IActorRef LastSender => _lastMessage.Sender;

    public bool HasMessages => _queue.Reader.Count > 0;

    /// <summary>The time left in the innermost Within; outside of one it may not be asked for.</summary>
    public TimeSpan Remaining => _end is { } end
        ? TimeLeft(end)
        : throw new InvalidOperationException("Remaining may only be read within a Within block.");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is { } end ? TimeLeft(end) : duration;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is { } given ? Dilated(given) : RemainingOrDefault;

    public TimeSpan Dilated(TimeSpan duration)
    {
        duration.EnsureIsPositiveFinite(nameof(duration));
        return duration * TestKitSettings.TestTimeFactor;
    }

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.SingleExpectDefault;

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    public IActorRef CreateTestActor(string name)
    {
        var props = Props.Create(() => new InternalTestActor(_queue.Writer)).WithDispatcher("akka.test.test-actor.dispatcher");
        return ((ExtendedActorSystem)Sys).SystemActorOf(props, name);
    }

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => new(Dilated, TestKitSettings.DefaultTimeout, count);

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestActor.SetIgnore(message => shouldIgnoreMessage(message)));

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null));

    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestActor.SetAutoPilot(pilot));

    /// <summary>Makes the test actor watch an actor, and returns when it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch) => Blocking.Wait(WatchAsync(actorToWatch));

    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await TestActor.Ask(new TestActor.Watch(actorToWatch), RemainingOrDefault);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch) => Blocking.Wait(UnwatchAsync(actorToUnwatch));

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await TestActor.Ask(new TestActor.Unwatch(actorToUnwatch), RemainingOrDefault);
        return actorToUnwatch;
    }

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Terminates a system and waits; a system that is not down in time is logged, or with <paramref name="verifySystemShutdown"/> thrown.</summary>
    protected virtual void Shutdown(ActorSystem? system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        var limit = duration ?? Dilated(TimeSpan.FromSeconds(5)).Min(TimeSpan.FromSeconds(10));
        if (system.Terminate().Wait(limit))
            return;

        var message = $"The actor system {system.Name} did not terminate within {limit}.";
        if (verifySystemShutdown)
            throw new TimeoutException(message);
        system.Log.Warning("{0}", message);
    }

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        var given = bootstrap.HasValue ? bootstrap.Value : BootstrapSetup.Create();
        var config = given.Config.HasValue ? given.Config.Value.SafeWithFallback(DefaultConfig) : DefaultConfig;
        return setup.WithSetup(given.WithConfig(config));
    }

    private static TimeSpan TimeLeft(TimeSpan end)
    {
        var left = end - Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
