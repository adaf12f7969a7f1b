using ActorTcp.Diagnostics;
using ActorTcp.Dispatch;
using ActorTcp.Manager;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using ActorTcp.Settings;
using ActorTcp.Transport;
using ActorTcp.Transport.Epoll;
using Akka.Actor;

namespace ActorTcp;

/// <summary>ActorTcp in an actor system: its poll loops and its manager. Made when first asked for, by <see cref="ActorTcpSystemExtensions.ActorTcp"/>.</summary>
public sealed class ActorTcpExtension : IExtension
{
    private readonly ExtendedActorSystem _system;

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
            // A dispatcher whose last actor stops has Akka's scheduler shut it down later, and that thread then wakes up every 10 ms for ever.
            // With an actor that stays, no poll dispatcher is ever empty.
            system.SystemActorOf(
                Props.Empty.WithDeploy(Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(i))),
                string.Create(CultureInfo.InvariantCulture, $"actortcp-resident-{i}"));
        }

        Manager = system.SystemActorOf(
            Props.Create(() => new TcpManagerActor(Loops, transport, Lookups, Settings)).WithDeploy(Deploy.Local),
            "actortcp");
        stop.Register(Manager, Loops);
    }

    /// <summary>The settings that the system began with.</summary>
    public ActorTcpSettings Settings { get; }

    /// <summary>
    /// Supervises all listeners, connectors and adopted connections; send it <see cref="ListenerProtocol.Bind"/>,
    /// <see cref="ConnectorProtocol.Connect"/> or <see cref="AdoptionProtocol.Adopt"/>.
    /// From any thread.
    /// </summary>
    public IActorRef Manager { get; }

    /// <summary>How many poll loops there are.</summary>
    public int LoopCount => Loops.Count;

    internal PollExecutorLoops Loops { get; }

    internal HostLookups Lookups { get; }

    internal TcpMeters Meters { get; }

    /// <summary>
    /// Connects, and waits until there is a connection: as a <see cref="ConnectorProtocol.Connect"/> to the <see cref="Manager"/> without an owner,
    /// so the connector lives until it receives Close or its policy ends. With a reconnect policy the task waits through failed attempts.
    /// </summary>
    /// <param name="connect">Where to connect to. It needs a handler: Props, or a <see cref="ConnectorProtocol.Connect.HandlerActor"/>.</param>
    /// <param name="cancellation">Stops the attempt and the connector, unless there is a connection already.</param>
    /// <returns>The connection and its connector.</returns>
    /// <exception cref="TcpConnectException">It could not connect, or the connector was closed or the actor system stopped before.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    /// <summary>Listens, and waits until it does: as a <see cref="ListenerProtocol.Bind"/> to the <see cref="Manager"/>.</summary>
    /// <param name="bind">Where to listen. It needs a handler.</param>
    /// <param name="cancellation">Stops waiting; a listener that is bound later unbinds at once.</param>
    /// <returns>The listener and its addresses.</returns>
    /// <exception cref="ArgumentException">The Bind has no handler: no actor would receive its connections.</exception>
    /// <exception cref="TcpBindException">It cannot listen.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ListenerProtocol.Bound> BindAsync(ListenerProtocol.Bind bind, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bind);
        if (bind.Handler is null)
        {
            throw new ArgumentException("A Bind without a handler sends its connections to its sender, and there is none", nameof(bind));
        }

        cancellation.ThrowIfCancellationRequested();
        var asked = Manager.Ask<object>(bind, Timeout.InfiniteTimeSpan, CancellationToken.None);
        var ended = _system.WhenTerminated;
        try
        {
            if (await Task.WhenAny(asked, ended).WaitAsync(cancellation).ConfigureAwait(false) == ended)
            {
                throw new TcpBindException(bind.Address, Errno.ESHUTDOWN, $"Cannot listen on {bind.Where}: the actor system has terminated");
            }
        }
        catch (OperationCanceledException)
        {
            _ = asked.ContinueWith(
                static late => (late.Result as ListenerProtocol.Bound)?.Listener.Tell(ListenerProtocol.Unbind.Instance, ActorRefs.NoSender),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw;
        }

        return await asked.ConfigureAwait(false) switch
        {
            ListenerProtocol.Bound bound => bound,
            ListenerProtocol.BindFailed failed => throw new TcpBindException(failed.Address, failed.Errno, failed.Text),
            var other => throw new InvalidOperationException($"{other} answers no Bind"),
        };
    }

    /// <summary>The id of the Akka dispatcher that runs on a poll loop, for actors that are to live there.</summary>
    /// <param name="loop">The loop's number, 0 to <see cref="LoopCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such loop.</exception>
    public string DispatcherOf(int loop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loop);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(loop, LoopCount);
        return PollExecutorLoops.DispatcherId(loop);
    }
}
