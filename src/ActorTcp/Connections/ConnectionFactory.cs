using ActorTcp.AccessControl;
using ActorTcp.Dispatch;
using ActorTcp.EventLoop;
using ActorTcp.Transport;
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

    /// <summary>The maximum time of the handshake of a new connection.</summary>
    public TimeSpan HandshakeTimeout => Tls?.Options.HandshakeTimeout ?? TimeSpan.Zero;

    /// <summary>The limits of each new connection. All connections of the factory share the object.</summary>
    public ConnectionLimits Limits { get; } = Settings.Limits;

    /// <summary>What kind of actor made the connection, for logs.</summary>
    public string Origin => Adoption is not null ? "Adopter" : Connector is null ? "Listener" : "Connector";

    /// <summary>The Props of a connection actor, to run on the loop.</summary>
    public Props PropsOf(IChannel channel, AdmittedConnection? admitted = null) =>
        Props.CreateBy(new Producer(Tls is null ? channel : new TlsChannel(channel, Loop, Tls, TlsHost), this, admitted)).WithDeploy(_deploy);

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
