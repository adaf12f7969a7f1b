using ActorTcp.Framing;
using Akka.Actor;
using Akka.DependencyInjection;

namespace ActorTcp.Hosting;

/// <summary>The options that hosted servers and clients have in common. They are read once, when the host starts.</summary>
public abstract class HostedOptions
{
    private protected HostedOptions()
    {
    }

    /// <summary>
    /// Creates the Props of the handlers, one handler for each connection. Null, the default: dependency injection resolves the parameters of
    /// the handler's constructor.
    /// </summary>
    public Func<IDependencyResolver, Props>? Handler { get; set; }

    /// <summary>
    /// The framing of each connection: each <see cref="Received"/> is one frame, and each <see cref="Send"/> is the payload of one frame. Null,
    /// the default: no framing.
    /// </summary>
    public IFraming? Framing { get; set; }

    /// <summary>
    /// Whether a connection stays open for sending after the peer has shut down its sending, until the handler closes it. If false, which is the
    /// default, the connection sends the handler's last bytes and closes.
    /// </summary>
    public bool KeepOpenOnPeerEof { get; set; }

    /// <summary>
    /// Whether the handler receives bytes only on request: one <see cref="Received"/> for each <see cref="ConnectionProtocol.Read"/>. Defaults to
    /// false.
    /// </summary>
    public bool Pull { get; set; }

    /// <summary>The supervision strategy for the handlers. Null, the default: a handler that fails is restarted, up to 10 times a minute.</summary>
    public SupervisorStrategy? Supervision { get; set; }

    /// <summary>The Props of the handlers.</summary>
    /// <param name="system">A system with dependency injection.</param>
    /// <param name="handler">The class of the handlers, which is used if <see cref="Handler"/> is null.</param>
    internal Props HandlerProps(ActorSystem system, Type handler)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        return Handler?.Invoke(resolver) ?? resolver.Props(handler);
    }
}
