namespace ActorTcp.Tests.Support;

/// <summary>Sends back the received bytes; throws if they begin with the word crash.</summary>
internal sealed class EchoHandler : ReceiveActor
{
    public EchoHandler()
    {
        Receive<Received>(received =>
        {
            if (received.Span.StartsWith("crash"u8))
            {
                throw new InvalidOperationException("as the client asked");
            }

            Sender.Tell(received.ToSend());
        });
        ReceiveAny(_ => { });
    }
}
