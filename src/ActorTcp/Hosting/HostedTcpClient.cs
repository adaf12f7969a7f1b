using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>A client of the host, by its name in <see cref="TcpClients"/>.</summary>
public sealed class HostedTcpClient
{
    private readonly TaskCompletionSource<IActorRef> _connector = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HostedTcpClient(string name, TcpClientOptions options, Type handler)
    {
        Name = name;
        Options = options;
        HandlerType = handler;
    }

    /// <summary>The name that it was given.</summary>
    public string Name { get; }

    /// <summary>The class of its handlers.</summary>
    public Type HandlerType { get; }

    /// <summary>Whether its connector has been made, connected or not: when the host has started.</summary>
    public bool IsStarted => _connector.Task.IsCompletedSuccessfully;

    /// <summary>Its connector, the one reference that stays: whoever wants to send tells it.</summary>
    /// <exception cref="InvalidOperationException">The host has not started yet.</exception>
    public IActorRef Connector => IsStarted
        ? _connector.Task.Result
        : throw new InvalidOperationException($"Client '{Name}' is not there yet: it is made when the host starts, behind all actors");

    internal TcpClientOptions Options { get; }

    internal Task<IActorRef> Started => _connector.Task;

    internal void Start(IActorRef connector) => _connector.TrySetResult(connector);
}
