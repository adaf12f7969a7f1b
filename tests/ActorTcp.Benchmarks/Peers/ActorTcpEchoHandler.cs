using ActorTcp.Actors;
using Akka.Actor;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>Sends back what it receives, to whom it came from.</summary>
internal sealed class ActorTcpEchoHandler : ReceiveActor
{
    public ActorTcpEchoHandler()
    {
        Receive<Received>(received => Sender.Tell(received.ToSend()));
        ReceiveAny(_ => { });
    }
}
