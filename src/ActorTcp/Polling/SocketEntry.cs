using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>An asynchronous call of the Tcp object, waiting like a user's event.</summary>
internal sealed class SocketEntry(SocketWait wait) : IReadyEntry
{
    public SocketWait Wait { get; } = wait;

    public IoMethod Method => Wait.Writes ? IoMethod.Connect : IoMethod.Accept;

    public int OnReady(Registration registration) => Wait.OnReady();
}
