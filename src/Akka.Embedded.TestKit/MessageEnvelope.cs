using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message that the test actor received, and its sender.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}
