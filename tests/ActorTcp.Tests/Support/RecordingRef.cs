namespace ActorTcp.Tests.Support;

/// <summary>An actor reference without an actor system: it records the messages.</summary>
internal sealed class RecordingRef(string name) : MinimalActorRef
{
    public List<object> Messages { get; } = [];

    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / name;

    public override IActorRefProvider Provider => throw new NotSupportedException();

    /// <summary>The messages since the last call.</summary>
    public List<object> Take()
    {
        var messages = Messages.ToList();
        Messages.Clear();
        return messages;
    }

    protected override void TellInternal(object message, IActorRef sender) => Messages.Add(message);
}
