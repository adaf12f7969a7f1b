using ActorTcp.Framing;
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

    /// <summary>How the streams are cut into frames; null: not at all. As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public IFraming? Framing { get; set; }

    /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public bool KeepOpenOnPeerEof { get; set; }

    /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public bool Pull { get; set; }

    /// <summary>What is done when a handler fails; null: restart, up to ten times a minute.</summary>
    public SupervisorStrategy? Supervision { get; set; }

    /// <summary>The handlers' Props.</summary>
    /// <param name="system">A system with dependency injection.</param>
    /// <param name="handler">The handlers' class, where <see cref="Handler"/> does not say.</param>
    internal Props HandlerProps(ActorSystem system, Type handler)
    {
        var resolver = DependencyResolver.For(system).Resolver;
        return Handler?.Invoke(resolver) ?? resolver.Props(handler);
    }
}
