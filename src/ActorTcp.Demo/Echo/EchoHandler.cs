using Akka.Actor;

namespace ActorTcp.Demo.Echo;

/// <summary>The handler of one connection: sends received bytes back.</summary>
internal sealed class EchoHandler : ReceiveActor
{
    public EchoHandler()
    {
        Receive<Received>(received => Sender.Tell(received.ToSend()));
        ReceiveAny(_ => { });
    }
}
