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

    /// <summary>How the connections serve their handlers. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
    public HandlerOptions HandlerOptions { get; set; } = HandlerOptions.Default;

    /// <summary>TLS of the connections. Null, the default: as the section <c>tls</c> of the settings says.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>The Props of the handlers.</summary>
    /// <param name="system">A system with dependency injection.</param>
    /// <param name="handler">The class of the handlers, which is used if <see cref="Handler"/> is null.</param>
    internal Props HandlerProps(ActorSystem system, Type handler)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        return Handler?.Invoke(resolver) ?? resolver.Props(handler);
    }
}
