using Akka.Actor;
using Akka.DependencyInjection;

namespace ActorTcp.Hosting;

/// <summary>How the connections of a hosted server or client are handled. Read when the host starts, and not again.</summary>
public abstract class HostedOptions
{
    private protected HostedOptions()
    {
    }

    /// <summary>How to make the handlers, one for each connection; null: by dependency injection, as each constructor asks.</summary>
    public Func<IDependencyResolver, Props>? Handler { get; set; }

    /// <summary>How the connections serve their handlers. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
    public HandlerOptions HandlerOptions { get; set; } = HandlerOptions.Default;

    /// <summary>The handlers' Props.</summary>
    /// <param name="system">A system with dependency injection.</param>
    /// <param name="handler">The handlers' class, where <see cref="Handler"/> does not say.</param>
    internal Props HandlerProps(ActorSystem system, Type handler)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        return Handler?.Invoke(resolver) ?? resolver.Props(handler);
    }
}
