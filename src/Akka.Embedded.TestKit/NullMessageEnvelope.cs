using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What stands for the last message where the last attempt to receive one got none.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope() { }

    public override object Message => throw NothingReceived();

    public override IActorRef Sender => throw NothingReceived();

    public override string ToString() => "<null>";

    private static IllegalActorStateException NothingReceived() => new("The last attempt to receive got no message.");
}
