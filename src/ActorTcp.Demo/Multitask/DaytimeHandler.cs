using System.Globalization;
using ActorTcp.Actors;

namespace ActorTcp.Demo.Multitask;

/// <summary>Says what time it is, and closes (RFC 867).</summary>
internal sealed class DaytimeHandler : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected)
    {
        Send(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:dddd, MMMM d, yyyy HH:mm:sszzz}\r\n"));
        Connection.Tell(ConnectionProtocol.Close.Instance, Self);
    }

    protected override void OnReceived(Received received)
    {
        // Whatever is said to it does not matter.
    }
}
