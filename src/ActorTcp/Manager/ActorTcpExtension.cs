using ActorTcp.Diagnostics;
using ActorTcp.Dispatch;
using ActorTcp.Groups;
using ActorTcp.Manager;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using ActorTcp.Settings;
using ActorTcp.Transport;
using ActorTcp.Transport.Epoll;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// ActorTcp in an actor system: its poll loops, its settings and its manager. The first call of
/// <see cref="ActorTcpSystemExtensions.ActorTcp"/> creates it. Can be used from any thread.
/// </summary>
public sealed class ActorTcpExtension : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly Lazy<GroupActorRef> _groups;

    internal ActorTcpExtension(ExtendedActorSystem system)
    {
        _system = system;
        Settings = ActorTcpSettings.Read(system.Settings.Config);
        var network = system.Settings.Setup.Get<TransportSetup>();
        var transport = network.HasValue ? network.Value.Transport : EpollTransport.Instance;
        var stop = new CoordinatedStop(system, transport, Settings);
        Loops = PollExecutorLoops.For(system);
        var resolver = system.Settings.Setup.Get<HostResolverSetup>();
        Lookups = new HostLookups(resolver.HasValue ? resolver.Value.Resolver : SystemResolver.Instance, $"{system.Name}-lookup");
        Meters = new TcpMeters(system.Name, Loops);
        system.RegisterOnTermination(Meters.Dispose);
        TcpWatchdog.Watch(system, Loops, Settings.Watchdog.Stall);
        for (var i = 0; i < Loops.Count; i++)
        {
            // When the last actor of a dispatcher stops, Akka schedules the shutdown of its executor. That starts the scheduler's thread, which
            // then wakes up every 10 ms for the rest of the process. One permanent actor on each poll dispatcher prevents it.
            system.SystemActorOf(
                Props.Empty.WithDeploy(Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(i))),
                string.Create(CultureInfo.InvariantCulture, $"actortcp-resident-{i}"));
        }

        Manager = system.SystemActorOf(
            Props.Create(() => new TcpManagerActor(Loops, transport, Lookups, Settings)).WithDeploy(Deploy.Local),
            "actortcp");
        system.SystemActorOf(Props.Create<UndeliveredSends>().WithDeploy(Deploy.Local), "actortcp-undelivered");
        stop.Register(Manager, Loops);
        _groups = new Lazy<GroupActorRef>(StartGroups);
    }

    /// <summary>The settings with which the actor system was started.</summary>
    public ActorTcpSettings Settings { get; }

    /// <summary>
    /// The actor that creates and supervises all listeners, connectors and adopted connections. It handles <see cref="ListenerProtocol.Bind"/>,
    /// <see cref="ConnectorProtocol.Connect"/> and <see cref="AdoptionProtocol.Adopt"/>.
    /// </summary>
    public IActorRef Manager { get; }

    /// <summary>The number of poll loops, at least 1.</summary>
    public int LoopCount => Loops.Count;

    internal PollExecutorLoops Loops { get; }

    internal HostLookups Lookups { get; }

    internal TcpMeters Meters { get; }

    /// <summary>The group actor. The first use starts it, so a server without groups does not have one.</summary>
    internal GroupActorRef Groups => _groups.Value;

    /// <summary>Creates a connector and waits until it is connected.</summary>
    /// <remarks>
    /// The connector has no owner. It lives until it receives <see cref="ConnectorProtocol.Close"/>, or until its reconnect policy allows no more
    /// attempts. With a reconnect policy a failed attempt does not fail the task, unless it is the last one.
    /// </remarks>
    /// <param name="connect">The request. It must have a handler: Props, or a <see cref="ConnectorProtocol.Connect.HandlerActor"/>.</param>
    /// <param name="cancellation">Stops the connector, unless it is already connected.</param>
    /// <returns>The connection and its connector.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="connect"/> is null.</exception>
    /// <exception cref="TcpConnectException">
    /// The connector cannot connect, or it is closed before it is connected, or the actor system stops before.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task<ConnectorProtocol.Connected> ConnectAsync(ConnectorProtocol.Connect connect, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(connect);
        cancellation.ThrowIfCancellationRequested();
        var awaiter = new ConnectAwaiter(cancellation);
        Manager.Tell(connect with { Awaiter = awaiter }, ActorRefs.NoSender);
        if (await Task.WhenAny(awaiter.Task, _system.WhenTerminated).ConfigureAwait(false) != awaiter.Task)
        {
            awaiter.FailBySystem(connect);
        }

        return await awaiter.Task.ConfigureAwait(false);
    }

    /// <summary>Creates a listener and waits until it listens.</summary>
    /// <param name="bind">The request. It must have a handler.</param>
    /// <param name="cancellation">Stops the wait. If the listener is bound later, it is unbound at once.</param>
    /// <returns>The listener and its addresses.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="bind"/> is null.</exception>
    /// <exception cref="ArgumentException">The request has no handler, so no actor would receive its connections.</exception>
    /// <exception cref="TcpBindException">The listener cannot listen, or the actor system stops before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task<ListenerProtocol.Bound> BindAsync(ListenerProtocol.Bind bind, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bind);
        if (bind.Handler is null)
        {
            throw new ArgumentException("Handler is null; BindAsync needs one, because it has no sender that could receive the connections", nameof(bind));
        }

        cancellation.ThrowIfCancellationRequested();
        var answer = Manager.Ask<object>(bind, Timeout.InfiniteTimeSpan, CancellationToken.None);
        var terminated = _system.WhenTerminated;
        try
        {
            if (await Task.WhenAny(answer, terminated).WaitAsync(cancellation).ConfigureAwait(false) == terminated)
            {
                throw new TcpBindException(bind.Address, Errno.ESHUTDOWN, $"Cannot listen on {bind.Where}: the actor system has terminated");
            }
        }
        catch (OperationCanceledException)
        {
            _ = answer.ContinueWith(
                static late => (late.Result as ListenerProtocol.Bound)?.Listener.Tell(ListenerProtocol.Unbind.Instance, ActorRefs.NoSender),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }

        return await answer.ConfigureAwait(false) switch
        {
            ListenerProtocol.Bound bound => bound,
            ListenerProtocol.BindFailed failed => throw new TcpBindException(failed.Address, failed.Errno, failed.Text),
            var other => throw new InvalidOperationException($"The answer to a Bind is {other}; it must be Bound or BindFailed"),
        };
    }

    /// <summary>The id of the Akka dispatcher of a poll loop. Use it with <c>Props.WithDispatcher</c> to run your own actors on the loop.</summary>
    /// <param name="loop">The number of the loop: 0 to <see cref="LoopCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public string DispatcherOf(int loop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loop);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(loop, LoopCount);
        return PollExecutorLoops.DispatcherId(loop);
    }

    private GroupActorRef StartGroups()
    {
        var setup = _system.Settings.Setup.Get<GroupsSetup>();
        var props = setup.HasValue ? setup.Value.Props(_system, Meters.Groups) : Props.Create(() => new GroupActor(Meters.Groups));
        return new GroupActorRef(_system, _system.SystemActorOf(props.WithDeploy(Deploy.Local.WithDispatcher(DispatcherOf(0))), GroupActor.Name));
    }
}
