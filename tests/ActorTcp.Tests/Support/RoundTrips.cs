using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using ActorTcp.Cluster;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace ActorTcp.Tests.Support;

/// <summary>
/// With ACTORTCP_TEST_SERIALIZE=on, each message of ActorTcp that arrives at an actor is written and read by the serializer for other nodes, as far as it may
/// leave its process. Akka's serialize-messages does not do that, because the messages say that they need no verification.
/// </summary>
internal static class RoundTrips
{
    private static readonly ConditionalWeakTable<ActorSystem, ActorTcpSerializer> Serializers = [];
    private static int _count;

    /// <summary>Whether messages are written and read.</summary>
    public static bool AreOn { get; } = Environment.GetEnvironmentVariable("ACTORTCP_TEST_SERIALIZE") == "on";

    /// <summary>The number of messages that were written and read.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>The mailbox of actors that do not run on a poll loop, such as the test actor.</summary>
    public static string Config => AreOn
        ? $"\nakka.actor.default-mailbox.mailbox-type = \"{typeof(RoundTripMailbox).FullName}, ActorTcp.Tests\""
        : "";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The data must be there before a queue is made.")]
    internal static void Begin()
    {
        if (AreOn)
        {
            AppContext.SetData(PollExecutorMessageQueue.ReplacementKey, (Func<IActorRef, Envelope, Envelope>)Copy);
        }
    }

    /// <summary>Returns the envelope with a copy of the message, or the same one if the message must not leave its process.</summary>
    public static Envelope Copy(IActorRef receiver, Envelope envelope) =>
        envelope.Message is ITcpMessage message && receiver is IInternalActorRef { Provider: { } provider } && MayLeave(message)
            ? new Envelope(Copied(message, ((ActorRefWithCell)provider.Guardian).Underlying.System, envelope.Sender), envelope.Sender)
            : envelope;

    private static object Copied(ITcpMessage message, ActorSystem system, IActorRef sender)
    {
        var serializer = Serializers.GetValue(system, static system => new ActorTcpSerializer((ExtendedActorSystem)system));
        byte[] bytes;
        try
        {
            bytes = serializer.ToBinary(WithoutLocal(message));
        }
        catch (NotSerializableException)
        {
            return message;
        }
        catch (SerializationException failure) when (failure.InnerException is ObjectDisposedException)
        {
            // A test of a message whose bytes are gone.
            return message;
        }

        Interlocked.Increment(ref _count);
        if (message is Received { AwaitsAck: true } lent && (sender as ActorRefWithCell)?.Underlying.Props.Type == typeof(ConnectionActor))
        {
            // The connection has handed it over, and nobody uses this object any more.
            _ = lent.TryRelease();
        }

        return WithLocal(serializer.FromBinary(bytes, serializer.Manifest(message)), message);
    }

    /// <summary>Whether the message could come from another node, and is not the channel's own or one of a test that depends on the identity of an object.</summary>
    private static bool MayLeave(ITcpMessage message) => message switch
    {
        Received received => !received.IsIncoming,
        Send send => IsCopyable(send.Token),
        ConnectionProtocol.Flush flush => IsCopyable(flush.Token),
        ConnectionProtocol.Flushed flushed => IsCopyable(flushed.Token),
        ConnectionProtocol.Sent sent => IsCopyable(sent.Token),
        ConnectionProtocol.SendFailed failed => IsCopyable(failed.Token),
        ConnectionProtocol.Resumed resumed => resumed.UnansweredSends.All(IsCopyable),
        ConnectorProtocol.Connect { Awaiter: not null } => false,
        _ => true,
    };

    private static bool IsCopyable(object? token) => token is null or string or int or long or bool or Guid;

    /// <summary>Props of a test have objects of the test, which are not copied.</summary>
    private static object WithoutLocal(ITcpMessage message) => message switch
    {
        ListenerProtocol.Bind bind => bind with { Handler = null },
        ConnectorProtocol.Connect connect => connect with { Handler = null },
        _ => message,
    };

    /// <summary>What another node makes itself, or does not get.</summary>
    private static object WithLocal(object copy, object original) => (copy, original) switch
    {
        (ListenerProtocol.Bind bind, ListenerProtocol.Bind whole) => bind with
        {
            Handler = whole.Handler,
            Resolved = whole.Resolved,
            InheritedFrom = whole.InheritedFrom,
            TlsFiles = whole.TlsFiles,
        },
        (ConnectorProtocol.Connect connect, ConnectorProtocol.Connect whole) => connect with { Handler = whole.Handler, TlsFiles = whole.TlsFiles },
        (ConnectionProtocol.Connected connected, ConnectionProtocol.Connected whole) => connected with { End = whole.End },
        (ConnectionProtocol.Resumed resumed, ConnectionProtocol.Resumed whole) => resumed with { End = whole.End },
        _ => copy,
    };
}

/// <summary>Akka's unbounded mailbox, for <see cref="RoundTrips"/>.</summary>
internal sealed class RoundTripMailbox(Akka.Actor.Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<RoundTripMailbox.Queue>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue(owner);

    internal sealed class Queue(IActorRef owner) : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private readonly UnboundedMessageQueue _queue = new();

        public bool HasMessages => _queue.HasMessages;

        public int Count => _queue.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, RoundTrips.Copy(owner, envelope));

        public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

        public void CleanUp(IActorRef owner, IMessageQueue deadletters) => _queue.CleanUp(owner, deadletters);
    }
}
