using ActorTcp.Dispatch;
using ActorTcp.Transport;
using ActorTcp.Transport.Epoll;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTcp.Manager;

/// <summary>
/// Stops listeners and connectors in the phases of Akka's coordinated shutdown. A host, <see cref="ActorSystem.Terminate"/> and the end of the
/// process run these phases.
/// </summary>
/// <remarks>
/// <c>service-unbind</c> unbinds all listeners and ends adopting. <c>service-requests-done</c> drains accepted and adopted connections.
/// <c>service-stop</c> closes all connectors.
/// </remarks>
internal sealed class CoordinatedStop
{
    /// <summary>The time that a phase has for the messages between actors, in addition to the configured times.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly ExtendedActorSystem _system;
    private readonly ITransport _transport;
    private readonly TimeSpan _flushTimeout;
    private readonly TimeSpan _longestDrain;
    private TimeSpan _drainDeadline;

    /// <summary>
    /// Sets the time-outs of the phases that the configuration does not set. Must be called before the coordinated shutdown is created, because
    /// that reads them.
    /// </summary>
    /// <exception cref="ConfigurationException">A time-out in the configuration is too short.</exception>
    public CoordinatedStop(ExtendedActorSystem system, ITransport transport, ActorTcpSettings settings)
    {
        _system = system;
        _transport = transport;
        _flushTimeout = settings.StopFlushTimeout;
        var longestClose = LongestClose(settings);
        _drainDeadline = settings.DrainTimeout;
        _longestDrain = _drainDeadline + longestClose;
        Require(
            CoordinatedShutdown.PhaseServiceRequestsDone,
            _longestDrain,
            $"actortcp.drain-timeout is {_drainDeadline} and actortcp.stop-flush-timeout is {_flushTimeout}");
        Require(CoordinatedShutdown.PhaseServiceStop, longestClose + transport.LongestClose, $"actortcp.stop-flush-timeout is {_flushTimeout}");
    }

    public void Register(IActorRef manager, PollExecutorLoops loops)
    {
        var shutdown = CoordinatedShutdown.Get(_system);
        if (shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone) is var phase && phase < _longestDrain)
        {
            // The shutdown was created before this extension, so it has not read the time-outs that the constructor sets.
            var fits = phase - _flushTimeout;
            _drainDeadline = fits > TimeSpan.Zero ? fits : TimeSpan.Zero;
            Logging.GetLogger(_system, this).Warning(
                "Connections have only {DrainTimeout} to finish when the system stops; call system.ActorTcp() before CoordinatedShutdown.Get(system) to avoid this",
                _drainDeadline);
        }

        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "actortcp-unbind", async () =>
        {
            _ = await ChildrenAsync(manager, TcpManagerActor.Adopter).ConfigureAwait(false);
            await AskAsync<ListenerProtocol.Unbound>(await ChildrenAsync(manager, TcpManagerActor.Listeners).ConfigureAwait(false), ListenerProtocol.Unbind.Instance).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "actortcp-drain", async () =>
        {
            var listeners = await ChildrenAsync(manager, TcpManagerActor.Listeners).ConfigureAwait(false);
            var adopter = await ChildrenAsync(manager, TcpManagerActor.Adopter).ConfigureAwait(false);
            await AskAsync<ListenerProtocol.Drained>([.. listeners, .. adopter], new ListenerProtocol.Drain(_drainDeadline)).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "actortcp-close", async () =>
        {
            await CloseConnectorsAsync(manager).ConfigureAwait(false);
            await Task.WhenAny(loops.WhenAll(_transport.WhenClosed), Task.Delay(_transport.LongestClose)).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
    }

    /// <summary>
    /// The time-outs of the phases as HOCON, for a system whose coordinated shutdown is created before this extension, as Akka.Cluster does.
    /// </summary>
    /// <param name="config">The configuration of the system, with the settings of ActorTcp that differ from their defaults.</param>
    /// <exception cref="ConfigurationException">A setting of ActorTcp breaks its rule.</exception>
    public static Config PhasesFor(Config config)
    {
        var settings = ActorTcpSettings.Read(config.WithFallback(ConfigurationFactory.FromResource("ActorTcp.actortcp.conf", typeof(CoordinatedStop).Assembly)));
        var longestClose = LongestClose(settings);
        return PhaseOf(CoordinatedShutdown.PhaseServiceRequestsDone, AtLeastDefault(settings.DrainTimeout + longestClose))
            .WithFallback(PhaseOf(CoordinatedShutdown.PhaseServiceStop, AtLeastDefault(longestClose + EpollTransport.Instance.LongestClose)));

        TimeSpan AtLeastDefault(TimeSpan longest) =>
            TimeSpan.FromTicks(Math.Max((longest + Margin).Ticks, config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout", TimeSpan.FromSeconds(5)).Ticks));
    }

    private static TimeSpan LongestClose(ActorTcpSettings settings) => settings.StopFlushTimeout + settings.Connection.HandlerStopTimeout;

    private static Config PhaseOf(string phase, TimeSpan timeout) => ConfigurationFactory.ParseString(
        string.Create(CultureInfo.InvariantCulture, $"akka.coordinated-shutdown.phases.{phase}.timeout = {(long)timeout.TotalMilliseconds}ms"));

    private static Task AskAsync<T>(List<IActorRef> actors, object message) =>
        Task.WhenAll(actors.Select(actor => AnswerOrEndAsync<T>(actor, message)));

    private async Task CloseConnectorsAsync(IActorRef manager)
    {
        var connectors = await ChildrenAsync(manager, TcpManagerActor.Connectors).ConfigureAwait(false);
        var gone = Task.WhenAll(connectors.Select(connector => connector.WatchAsync()));
        connectors.ForEach(connector => connector.Tell(ConnectorProtocol.Close.Instance, ActorRefs.NoSender));
        try
        {
            await gone.WaitAsync(_flushTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connectors.ForEach(connector => connector.Tell(ConnectorProtocol.Abort.Instance, ActorRefs.NoSender));
            await gone.ConfigureAwait(false);
        }
    }

    private static Task<List<IActorRef>> ChildrenAsync(IActorRef manager, string kind) =>
        manager.Ask<List<IActorRef>>(new TcpManagerActor.Stop(kind), Timeout.InfiniteTimeSpan);

    /// <summary>Completes with the answer of a listener, or when the listener has stopped without one. The time-out of the phase is the limit.</summary>
    private static async Task AnswerOrEndAsync<T>(IActorRef listener, object message)
    {
        using var completed = new CancellationTokenSource();
        var stopped = listener.WatchAsync(completed.Token);
        var answer = listener.Ask<T>(message, Timeout.InfiniteTimeSpan, completed.Token);
        await Task.WhenAny(answer, stopped).ConfigureAwait(false);
        await completed.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Sets the time-out of a phase to at least <paramref name="longest"/>, or throws if the configuration sets a shorter one.</summary>
    private void Require(string phase, TimeSpan longest, string reason)
    {
        var config = _system.Settings.Config;
        var key = $"akka.coordinated-shutdown.phases.{phase}.timeout";
        var fallback = config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout");
        var set = config.GetTimeSpan(key, longest);
        if (set < longest)
        {
            throw new ConfigurationException($"{key} is {set}; it must be at least {longest}, because {reason}");
        }

        var needed = longest + Margin;
        _system.Settings.InjectTopLevelFallback(PhaseOf(phase, needed > fallback ? needed : fallback));
    }
}
