using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>A client that was added with <see cref="ActorTcpHostingExtensions.WithTcpClient{THandler}"/>. Can be used from any thread.</summary>
public sealed class HostedTcpClient
{
    private readonly TaskCompletionSource<IActorRef> _connector = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal HostedTcpClient(string name, TcpClientOptions options, Type handler)
    {
        Name = name;
        Options = options;
        HandlerType = handler;
    }

    /// <summary>The name of the client, unique in its host.</summary>
    public string Name { get; }

    /// <summary>The class of the handlers.</summary>
    public Type HandlerType { get; }

    /// <summary>Whether the connector exists, connected or not. It is created when the host starts.</summary>
    public bool IsStarted => _connector.Task.IsCompletedSuccessfully;

    /// <summary>
    /// The connector of the client. A <see cref="Send"/> to it goes to the current connection. The reference stays the same when the connector
    /// connects again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The host has not started the client yet.</exception>
    public IActorRef Connector => IsStarted
        ? _connector.Task.Result
        : throw new InvalidOperationException($"Client '{Name}' has no connector yet; the host creates it when it starts");

    internal TcpClientOptions Options { get; }

    internal Task<IActorRef> Started => _connector.Task;

    internal void Start(IActorRef connector) => _connector.TrySetResult(connector);
}
