using System.Text;
using ActorTcp;

namespace ActorTcpServer;

/// <summary>The handler of one connection. It answers each line with the same line in upper case.</summary>
public sealed class LineHandler : TcpHandler
{
    protected override void OnConnected(ConnectionProtocol.Connected connected) => Send("Say something.");

    protected override void OnReceived(Received received) => Send(Encoding.UTF8.GetString(received.Span).ToUpperInvariant());

    /// <summary>A line is too long. The connection closes after this answer.</summary>
    protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Send(failed.Error.Text);
}
