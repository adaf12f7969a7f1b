using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>A server that was added with <see cref="ActorTcpHostingExtensions.WithTcpServer{THandler}"/>. Can be used from any thread.</summary>
public sealed class HostedTcpServer
{
    private volatile IReadOnlyList<ListenerProtocol.Bound> _bound = [];

    internal HostedTcpServer(string name, TcpServerOptions options, Type handler)
    {
        Name = name;
        Options = options;
        HandlerType = handler;
    }

    /// <summary>The name of the server, unique in its host.</summary>
    public string Name { get; }

    /// <summary>The class of the handlers.</summary>
    public Type HandlerType { get; }

    /// <summary>
    /// The listeners that are bound so far: first those of <see cref="TcpServerOptions.EndPoints"/>, then those of
    /// <see cref="TcpServerOptions.Hosts"/>, then those of <see cref="TcpServerOptions.Inherited"/>.
    /// </summary>
    public IReadOnlyList<ListenerProtocol.Bound> Listeners => _bound;

    /// <summary>The listener of the first address.</summary>
    /// <exception cref="InvalidOperationException">The server is not bound yet.</exception>
    public IActorRef Listener => First.Listener;

    /// <summary>The first address, with the actual port if the kernel chose it.</summary>
    /// <exception cref="InvalidOperationException">The server is not bound yet.</exception>
    public SockAddr LocalAddress => First.LocalAddress;

    /// <summary>Whether the server has been bound to all its addresses. It stays true when the server stops.</summary>
    public bool IsBound => _bound.Count == Options.ListenerCount;

    internal TcpServerOptions Options { get; }

    private ListenerProtocol.Bound First => _bound.Count > 0
        ? _bound[0]
        : throw new InvalidOperationException($"Server '{Name}' is not bound yet; the host binds it when it starts");

    internal void Add(ListenerProtocol.Bound bound) => _bound = [.. _bound, bound];
}
