using ActorTcp.AccessControl;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Transport;
using ActorTcp.Transport.Proxy;
using ActorTcp.Transport.Tls;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>Makes the connection actors of one listener on one loop, of one connector, or of one adoption.</summary>
/// <param name="Loop">Their loop.</param>
/// <param name="Settings">Their settings.</param>
/// <param name="Handler">How they make their handlers; null if each waits for Register.</param>
/// <param name="Acceptor">The actor that is notified of a connection that waits for Register.</param>
/// <param name="Connector">The connector that owns them; null if they were accepted or adopted.</param>
internal sealed record ConnectionFactory(
    PollLoop Loop,
    ConnectionSettings Settings,
    HandlerFactory? Handler,
    IActorRef Acceptor,
    IActorRef? Connector = null)
{
    private readonly Deploy _deploy = Deploy.Local.WithDispatcher(PollExecutorLoops.DispatcherId(Loop.Index));

    /// <summary>The adoption that the one connection comes from; null for those that were accepted or connected.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>The SO_LINGER time that they inherited, in seconds; 0: a connection does not linger.</summary>
    public int LingerSeconds { get; init; }

    /// <summary>The receive rates of each new connection. No limit if they were not accepted.</summary>
    public ReceiveRates ReceiveRates { get; init; }

    /// <summary>The TLS of new connections; null without TLS.</summary>
    public TlsContext? Tls { get; init; }

    /// <summary>The name that a client expects of the server, if its options have none; null for a server.</summary>
    public string? TlsHost { get; init; }

    /// <summary>Whether new connections begin with a PROXY header that they receive; null if they do not.</summary>
    public ProxyProtocolOptions? Proxy { get; init; }

    /// <summary>The PROXY header that new connections send; null if they send none.</summary>
    public ProxyHeader? ProxyHeader { get; init; }

    /// <summary>
    /// The maximum time of the handshake of a new connection. The channel that waits for a PROXY header has its own deadline, which must be over first: a client
    /// of an optional proxy may be silent.
    /// </summary>
    public TimeSpan HandshakeTimeout => (Tls?.Options.HandshakeTimeout ?? TimeSpan.Zero) + (Proxy is null ? TimeSpan.Zero : Proxy.HeaderTimeout + TimeSpan.FromSeconds(1));

    /// <summary>The limits of each new connection. All connections of the factory share the object.</summary>
    public ConnectionLimits Limits { get; } = Settings.Limits;

    /// <summary>What kind of actor made the connection, for logs.</summary>
    public string Origin => Adoption is not null ? "Adopter" : Connector is null ? "Listener" : "Connector";

    /// <summary>The Props of a connection actor, to run on the loop.</summary>
    public Props PropsOf(IChannel channel) => PropsOf(channel, null, out _);

    /// <summary>The Props of a connection actor, to run on the loop.</summary>
    /// <param name="channel">The channel of the network.</param>
    /// <param name="admitted">The place of the connection in the limits of its listener; null without a listener.</param>
    /// <param name="hasHandshake">Whether the connection begins with a handshake.</param>
    public Props PropsOf(IChannel channel, AdmittedConnection? admitted, out bool hasHandshake)
    {
        // PROXY is spoken before TLS: the proxy does not decrypt.
        if (ProxyHeader is not null)
        {
            channel = new ProxySenderChannel(channel, ProxyHeader);
        }
        else if (Proxy is { } proxy && (proxy.Trusts(channel.RemoteAddress) is var isTrusted && (isTrusted || proxy.Mode == ProxyProtocolMode.Required)))
        {
            channel = new ProxyReceiverChannel(channel, Loop, new ProxyRules(isTrusted, proxy.Mode == ProxyProtocolMode.Required, proxy.HeaderTimeout));
        }

        if (Tls is not null)
        {
            channel = new TlsChannel(channel, Loop, Tls, TlsHost);
        }

        hasHandshake = !channel.IsReady;
        return Props.CreateBy(new Producer(channel, this, admitted)).WithDeploy(_deploy);
    }

    /// <summary>Makes one connection actor without reflection.</summary>
    private sealed class Producer(IChannel channel, ConnectionFactory factory, AdmittedConnection? admitted) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConnectionActor);

        public ActorBase Produce() => new ConnectionActor(channel, factory, admitted);

        public void Release(ActorBase actor)
        {
            // PostStop has released everything.
        }
    }
}

/// <summary>
/// Stops a connection that fails: an instance that failed cannot be trusted with its descriptor. The connection learns in PostStop whether it
/// has failed or was stopped from outside; Akka does not say it.
/// </summary>
internal sealed class ConnectionStrategy() : OneForOneStrategy(static _ => Directive.Stop)
{
    private static readonly ConditionalWeakTable<IActorRef, object> Failed = [];

    public static bool HasFailed(IActorRef connection) => Failed.TryGetValue(connection, out _);

    protected override Directive Handle(IActorRef child, Exception exception)
    {
        Failed.TryAdd(child, exception);
        return base.Handle(child, exception);
    }
}
