using Akka.Actor;

namespace ActorTcp.Demo.Echo;

/// <summary>The handler of one connection: what it receives goes back to where it came from, without a copy.</summary>
internal sealed class EchoHandler : ReceiveActor
{
    public EchoHandler()
    {
        Receive<Received>(received => Sender.Tell(received.ToSend()));
        ReceiveAny(_ => { });
    }
}
