using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>A server of the host, by its name in <see cref="TcpServers"/>.</summary>
public sealed class HostedTcpServer
{
    private volatile IReadOnlyList<ListenerProtocol.Bound> _bound = [];

    internal HostedTcpServer(string name, TcpServerOptions options, Type handler)
    {
        Name = name;
        Options = options;
        HandlerType = handler;
    }

    /// <summary>The name that it was given.</summary>
    public string Name { get; }

    /// <summary>The class of its handlers.</summary>
    public Type HandlerType { get; }

    /// <summary>Its listeners, in the order of the addresses, then of the hosts; fewer as long as the host has not started.</summary>
    public IReadOnlyList<ListenerProtocol.Bound> Listeners => _bound;

    /// <summary>The listener of its first address.</summary>
    /// <exception cref="InvalidOperationException">It is not bound yet.</exception>
    public IActorRef Listener => First.Listener;

    /// <summary>Its first address, with the port that the kernel chose.</summary>
    /// <exception cref="InvalidOperationException">It is not bound yet.</exception>
    public SockAddr LocalAddress => First.LocalAddress;

    /// <summary>Whether it listens on all its addresses, or has.</summary>
    public bool IsBound => _bound.Count == Options.EndPoints.Count + Options.Hosts.Count;

    internal TcpServerOptions Options { get; }

    private ListenerProtocol.Bound First => _bound.Count > 0
        ? _bound[0]
        : throw new InvalidOperationException($"Server '{Name}' is not bound yet: that is done when the host starts, behind all actors");

    internal void Add(ListenerProtocol.Bound bound) => _bound = [.. _bound, bound];
}
