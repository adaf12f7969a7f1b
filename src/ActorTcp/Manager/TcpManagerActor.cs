using ActorTcp.Diagnostics;
using ActorTcp.Connections;
using ActorTcp.Connectors;
using ActorTcp.Dispatch;
using ActorTcp.Listeners;
using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Manager;

/// <summary>
/// Creates and supervises the listeners, the connectors and the adopter. Each <see cref="ListenerProtocol.Bind"/> creates a listener, each
/// <see cref="ConnectorProtocol.Connect"/> creates a connector, and the first <see cref="AdoptionProtocol.Adopt"/> creates the adopter.
/// </summary>
internal sealed class TcpManagerActor(PollExecutorLoops loops, ITransport transport, HostLookups lookups, ActorTcpSettings settings) : UntypedActor
{
    internal const string Listeners = "listener";
    internal const string Connectors = "connector";
    internal const string Adopter = "adopter";

    /// <summary>
    /// A child that fails is resumed with its state, whatever the exception. A restart would also restart its connections and their handlers,
    /// because Akka restarts the children that a restarted actor has kept.
    /// </summary>
    private static readonly SupervisorStrategy Strategy =
        new OneForOneStrategy(failure => failure is ActorInitializationException ? Directive.Stop : Directive.Resume);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<string> _stoppingKinds = [];
    private long _loopsAssigned;

    protected override SupervisorStrategy SupervisorStrategy() => Strategy;

    protected override void PreRestart(Exception reason, object message)
    {
        // The base method would stop the children. Listeners and connectors must survive a restart of the manager.
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerProtocol.Bind bind:
                Listen(bind);
                break;
            case ConnectorProtocol.Connect connect:
                Connect(connect);
                break;
            case AdoptionProtocol.Adopt adopt:
                Adopt(adopt);
                break;
            case Stop stop:
                _stoppingKinds.Add(stop.Kind);
                Sender.Tell(ChildrenOf(stop.Kind), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, "The manager, which handles Bind, Connect and Adopt,");
    }

    private void Listen(ListenerProtocol.Bind bind)
    {
        var listener = SettingsOf(bind);
        var connection = bind.ConnectionSettings ?? settings.Connection;
        var broken = InheritedBind.BrokenRules(bind).Concat(listener.BrokenRules()).Concat(connection.BrokenRules()).ToList();
        var binder = Sender;
        var isStopping = _stoppingKinds.Contains(Listeners);
        if (isStopping || broken.Count > 0)
        {
            var text = $"Cannot listen on {bind.Where}: {(isStopping ? BindFailures.SystemStops : string.Join("; ", broken))}";
            BindFailures.Tell(binder, new ListenerProtocol.BindFailed(bind.Address, isStopping ? Errno.ESHUTDOWN : Errno.EINVAL, text), Context, _log);
            return;
        }

        var loop = NextLoop();
        if (bind.Addresses.Count == 0)
        {
            Make(Props.Create(() => new BindLookupActor(bind, binder, loops[loop], lookups, listener.LookupTimeout)), loop, "lookup");
            return;
        }

        if (bind.Tls is null && listener.Tls.IsOn && bind.TlsFiles is null)
        {
            // Not on this thread either: other requests do not wait for the files.
            ReadTlsFiles.OfAsync(listener.Tls, listener.LookupTimeout).PipeTo(Self, binder, files => bind with { TlsFiles = files });
            return;
        }

        var socket = new ListenerState(transport, listener.Limits);
        Make(Props.Create(() => new ListenerActor(socket, bind, binder, loops, loop, listener, connection, settings.StopFlushTimeout)), loop, Listeners);
    }

    /// <summary>The settings of one listener: those of its Bind, or else the general ones.</summary>
    private ListenerSettings SettingsOf(ListenerProtocol.Bind bind)
    {
        var general = bind.Settings ?? settings.Listener;
        return general with
        {
            Device = bind.Device ?? general.Device,
            IPv6Only = bind.IPv6Only ?? general.IPv6Only,
            IPv6OnlyOfBind = bind.IPv6Only,
            ProxyProtocol = bind.ProxyProtocol ?? general.ProxyProtocol,
            UnixMode = bind.UnixMode ?? general.UnixMode,
            ReuseAddress = bind.ReuseAddress ?? general.ReuseAddress,
            RecvBufferSize = bind.RecvBufferSize ?? general.RecvBufferSize,
            SendBufferSize = bind.SendBufferSize ?? general.SendBufferSize,
        };
    }

    private void Connect(ConnectorProtocol.Connect connect)
    {
        if (connect.Tls is null && settings.Connector.Tls.Enabled && connect.TlsFiles is null)
        {
            ReadTlsFiles.OfAsync(settings.Connector.Tls, connect.Timeout ?? settings.Connector.ConnectTimeout).PipeTo(Self, Sender, files => connect with { TlsFiles = files });
            return;
        }

        var loop = NextLoop();
        var owner = Sender;
        var connector = Make(Props.Create(() => new ConnectorActor(connect, owner, loops[loop], transport, lookups, settings.Connector, settings.Connection)), loop, Connectors);
        if (_stoppingKinds.Contains(Connectors))
        {
            connector.Tell(ConnectorProtocol.Close.Instance, Self);
        }
    }

    private void Adopt(AdoptionProtocol.Adopt adopt)
    {
        if (_stoppingKinds.Contains(Adopter))
        {
            new Adoption(adopt, Sender, _log).Fail(Self, Errno.ESHUTDOWN, BindFailures.SystemStops);
            return;
        }

        var adopter = Context.Child(Adopter);
        if (adopter.IsNobody())
        {
            var loop = NextLoop();
            adopter = Context.ActorOf(
                Props.Create(() => new AdopterActor(transport, loops, loop, settings.Connection, settings.StopFlushTimeout)).WithDeploy(DeployOn(loop)),
                Adopter);
        }

        adopter.Forward(adopt);
    }

    private static List<IActorRef> ChildrenOf(string kind) =>
        [.. Context.GetChildren().Where(child => child.Path.Name.StartsWith(kind, StringComparison.Ordinal))];

    private int NextLoop() => (int)(_loopsAssigned++ % loops.Count);

    private static IActorRef Make(Props props, int loop, string kind) => Context.ActorOf(
        props.WithDeploy(DeployOn(loop)),
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{ChildNumber.Next()}"));

    private static Deploy DeployOn(int loop) => Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(loop));

    /// <summary>
    /// The actor system is stopping. The manager accepts no more requests for a kind of children, and answers with the list of its children of
    /// that kind.
    /// </summary>
    /// <param name="Kind"><see cref="Listeners"/>, <see cref="Connectors"/> or <see cref="Adopter"/>.</param>
    internal sealed record Stop(string Kind) : INoSerializationVerificationNeeded;

    /// <summary>Numbers for actor names that stay unique when the manager is restarted.</summary>
    private static class ChildNumber
    {
        private static long _last;

        public static long Next() => Interlocked.Increment(ref _last);
    }
}
