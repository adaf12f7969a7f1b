using System.Threading.Channels;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>An actor that keeps the messages that it receives, for a test.</summary>
internal sealed class Inbox
{
    private readonly Channel<(object Message, IActorRef Sender)> _messages = Channel.CreateUnbounded<(object, IActorRef)>();

    public Inbox(ActorSystem system)
    {
        Node = AkkaCluster.Get(system).SelfAddress;
        Actor = system.ActorOf(Props.Create(() => new Keeper(_messages.Writer)));
    }

    public Address Node { get; }

    public IActorRef Actor { get; }

    public IActorRef? LastSender { get; private set; }

    /// <summary>Waits for the next message, which must have the type.</summary>
    public async Task<T> NextAsync<T>()
    {
        (var message, LastSender) = await _messages.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Limit);
        return Assert.IsAssignableFrom<T>(message);
    }

    /// <summary>Takes all messages that have arrived.</summary>
    public List<object> Taken()
    {
        var messages = new List<object>();
        while (_messages.Reader.TryRead(out var entry))
        {
            messages.Add(entry.Message);
        }

        return messages;
    }

    private sealed class Keeper(ChannelWriter<(object Message, IActorRef Sender)> messages) : UntypedActor
    {
        protected override void OnReceive(object message) => messages.TryWrite((message, Sender));
    }
}
