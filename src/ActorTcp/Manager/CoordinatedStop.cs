using ActorTcp.Dispatch;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorTcp.Manager;

/// <summary>
/// Stops listeners and connectors in the phases of Akka's coordinated shutdown, which a host, <see cref="ActorSystem.Terminate"/> and the end
/// of the process run: <c>service-unbind</c> unbinds all listeners and ends adopting, <c>service-requests-done</c> drains accepted and adopted connections, and <c>service-stop</c> closes all
/// connectors.
/// </summary>
internal sealed class CoordinatedStop
{
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(2);

    private readonly ExtendedActorSystem _system;
    private readonly ITransport _transport;
    private readonly TimeSpan _flush;
    private readonly TimeSpan _close;
    private readonly TimeSpan _drain;
    private TimeSpan _drainDeadline;

    /// <summary>Sets the time-outs of the phases where nobody has set them. That must come before the coordinated shutdown is created.</summary>
    /// <exception cref="ConfigurationException">The configuration sets one that is too short.</exception>
    public CoordinatedStop(ExtendedActorSystem system, ITransport transport, ActorTcpSettings settings)
    {
        _system = system;
        _transport = transport;
        _flush = settings.StopFlushTimeout;
        _close = _flush + settings.Connection.HandlerStopTimeout;
        _drainDeadline = settings.DrainTimeout;
        _drain = _drainDeadline + _close;
        Require(CoordinatedShutdown.PhaseServiceRequestsDone, _drain, $"actortcp.drain-timeout is {_drainDeadline} and actortcp.stop-flush-timeout is {_flush}");
        Require(CoordinatedShutdown.PhaseServiceStop, _close + transport.LongestClose, $"actortcp.stop-flush-timeout is {_flush}");
    }

    public void Register(IActorRef manager, PollExecutorLoops loops)
    {
        var shutdown = CoordinatedShutdown.Get(_system);
        if (shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone) is var phase && phase < _drain)
        {
            // The shutdown was created before this extension, and with it the time-outs of its phases.
            var fits = phase - _flush;
            _drainDeadline = fits > TimeSpan.Zero ? fits : TimeSpan.Zero;
            Logging.GetLogger(_system, this).Warning(
                "Connections may finish for {DrainTimeout} only when the system stops: call system.ActorTcp() before CoordinatedShutdown.Get(system)",
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

    private static Task AskAsync<T>(List<IActorRef> actors, object message) =>
        Task.WhenAll(actors.Select(actor => AnswerOrEndAsync<T>(actor, message)));

    private async Task CloseConnectorsAsync(IActorRef manager)
    {
        var connectors = await ChildrenAsync(manager, TcpManagerActor.Connectors).ConfigureAwait(false);
        var gone = Task.WhenAll(connectors.Select(connector => connector.WatchAsync()));
        connectors.ForEach(connector => connector.Tell(ConnectorProtocol.Close.Instance, ActorRefs.NoSender));
        try
        {
            await gone.WaitAsync(_flush).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            connectors.ForEach(connector => connector.Tell(ConnectorProtocol.Abort.Instance, ActorRefs.NoSender));
            await gone.ConfigureAwait(false);
        }
    }

    private static Task<List<IActorRef>> ChildrenAsync(IActorRef manager, string kind) =>
        manager.Ask<List<IActorRef>>(new TcpManagerActor.Stop(kind), Timeout.InfiniteTimeSpan);

    /// <summary>Ends with the answer, or without one when the listener has stopped. The phase's time-out is the limit.</summary>
    private static async Task AnswerOrEndAsync<T>(IActorRef listener, object message)
    {
        using var over = new CancellationTokenSource();
        var stopped = listener.WatchAsync(over.Token);
        var answer = listener.Ask<T>(message, Timeout.InfiniteTimeSpan, over.Token);
        await Task.WhenAny(answer, stopped).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private void Require(string phase, TimeSpan longest, string reason)
    {
        var config = _system.Settings.Config;
        var key = $"akka.coordinated-shutdown.phases.{phase}.timeout";
        var fallback = config.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout");
        var set = config.GetTimeSpan(key, longest);
        if (set < longest)
        {
            throw new ConfigurationException($"{key} is {set}; it must be at least {longest}, for {reason}");
        }

        var needed = longest + Spare;
        var milliseconds = (long)(needed > fallback ? needed : fallback).TotalMilliseconds;
        _system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"{key} = {milliseconds}ms")));
    }
}
