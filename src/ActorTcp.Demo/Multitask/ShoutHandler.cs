using System.Text;
using ActorTcp.Actors;

namespace ActorTcp.Demo.Multitask;

/// <summary>Answers each line in capitals.</summary>
internal sealed class ShoutHandler : TcpHandler
{
    protected override void OnReceived(Received line) => Send(Encoding.UTF8.GetString(line.Span).ToUpperInvariant());
}
