using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Protocol;

/// <summary>
/// The task of a <see cref="ActorTcpExtension.ConnectAsync"/>, which its connector completes. If it is cancelled first, the connector receives
/// Abort. If a connection and a cancellation come at the same time, the first one that completes the task counts.
/// </summary>
internal sealed class ConnectAwaiter(CancellationToken cancellation)
{
    private readonly TaskCompletionSource<ConnectorProtocol.Connected> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public Task<ConnectorProtocol.Connected> Task => _done.Task;

    /// <summary>The connector has started.</summary>
    public void Begin(IActorRef connector) => _registration = cancellation.UnsafeRegister(
        _ =>
        {
            if (_done.TrySetCanceled(cancellation))
            {
                connector.Tell(ConnectorProtocol.Abort.Instance, ActorRefs.NoSender);
            }
        },
        null);

    public void Succeed(ConnectorProtocol.Connected connected)
    {
        _ = _done.TrySetResult(connected);
        _ = _registration.Unregister();
    }

    /// <summary>The connector has ended. False: the task was completed before.</summary>
    public bool Fail(ConnectorProtocol.Connect connect, Errno errno, string text, object lastEvent)
    {
        _ = _registration.Unregister();
        var attempts = lastEvent is ConnectorProtocol.ConnectFailed failed ? failed.Attempts : [];
        return _done.TrySetException(new TcpConnectException(connect.Host, connect.Port, errno, text, attempts));
    }

    /// <summary>The actor system has terminated before the connector has sent an event.</summary>
    public void FailBySystem(ConnectorProtocol.Connect connect) =>
        _ = Fail(connect, Errno.ESHUTDOWN, $"Cannot connect to {connect.Host}:{connect.Port}: the actor system has terminated", connect);
}
