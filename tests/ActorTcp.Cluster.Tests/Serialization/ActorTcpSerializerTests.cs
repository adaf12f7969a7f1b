using System.Runtime.Serialization;
using ActorTcp.Cluster.Serialization;
using ActorTcp.Connections;
using ActorTcp.Framing;
using ActorTcp.Sockets;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>Every message of ActorTcp is the same after it was written and read.</summary>
public sealed class ActorTcpSerializerTests : IDisposable
{
    /// <summary>Properties that have no value in a message for another node.</summary>
    private static readonly string[] NeverFilled =
        ["Bind.Tls", "Connect.Tls", "SetTls.Options", "TlsSet.Options", "HandlerOptions.Supervision"];

    /// <summary>Types with the marker of a message that have no samples, with the reason.</summary>
    private static readonly Dictionary<Type, string> Excluded = new()
    {
        [typeof(ITcpMessage)] = "the marker itself",
        [typeof(IHandlerAck)] = "an interface; its types are internal, and have samples",
        [typeof(HandlerAck)] = "abstract",
        [typeof(AdoptionProtocol.Adopt)] = "has a descriptor",
        [typeof(AdoptionProtocol.AdoptFailed)] = "has an Adopt",
        [typeof(ConnectionProtocol.Detached)] = "has a descriptor",
        [typeof(ConnectionProtocol.StartTls)] = "has TLS options",
    };

    private readonly ActorSystem _system = ActorSystem.Create("serializer", ActorTcpSerializationExtensions.Config);
    private readonly IActorRef _actor;

    public ActorTcpSerializerTests() => _actor = _system.ActorOf(Props.Create<MessageSamples.SampleActor>(), "sample");

    private ExtendedActorSystem System => (ExtendedActorSystem)_system;

    private ActorTcpSerializer Serializer => new(System);

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(10));

    [Fact]
    public void Each_message_is_the_same_after_it_was_written_and_read()
    {
        foreach (var sample in MessageSamples.Of(_actor))
        {
            var before = MessageDump.Of(sample);
            var read = Copy(sample);
            Assert.Equal(sample.GetType(), read.GetType());
            Assert.Equal(before, MessageDump.Of(read));
        }
    }

    [Fact]
    public void Each_message_type_has_a_sample_or_a_reason()
    {
        var types = typeof(Send).Assembly.GetTypes().Where(type => typeof(ITcpMessage).IsAssignableFrom(type)).ToHashSet();
        var sampled = MessageSamples.Of(_actor).Select(sample => sample.GetType()).ToHashSet();
        Assert.Equal(types.Select(type => type.FullName!).Order(), sampled.Concat(Excluded.Keys).Select(type => type.FullName!).Order());
        Assert.Equal(Codecs.All.Select(codec => codec.Manifest).Distinct().Count(), Codecs.All.Count());
    }

    [Fact]
    public void Each_public_type_in_a_protocol_is_a_message()
    {
        var types = new[] { typeof(ConnectionProtocol), typeof(ListenerProtocol), typeof(ConnectorProtocol), typeof(AdoptionProtocol) };
        Assert.DoesNotContain(types.SelectMany(type => type.GetNestedTypes()), type => !typeof(ITcpMessage).IsAssignableFrom(type));
    }

    [Fact]
    public void Samples_fill_each_property_of_a_message()
    {
        var dump = new MessageDump();
        foreach (var sample in MessageSamples.Of(_actor))
        {
            dump.Add(sample);
        }

        Assert.Equal(NeverFilled.Order(), dump.Unfilled);
    }

    [Fact]
    public void What_only_actortcp_itself_sees_of_a_message_is_copied_too()
    {
        Assert.True(((Received)Copy(Received.Owned([1], 0, 1, 0, awaitsAck: true))).AwaitsAck);
        Assert.False(((Received)Copy(Received.CopyOf([1]))).AwaitsAck);
        Assert.Equal(_actor, ((Send)Copy(Send.OfWire(default, null, null, _actor))).Answered);
        var resumed = new ConnectionProtocol.Resumed(_actor, new SockAddr("::1", 1), new SockAddr("::1", 2), 0, default, []) { Number = 7 };
        Assert.Equal(7, ((ConnectionProtocol.Resumed)Copy(resumed)).Number);
    }

    [Fact]
    public void The_binding_of_the_marker_finds_the_serializer()
    {
        Assert.All(MessageSamples.Of(_actor), sample => Assert.IsType<ActorTcpSerializer>(System.Serialization.FindSerializerFor(sample)));
    }

    [Fact]
    public void A_send_takes_few_bytes_more_than_its_content()
    {
        Assert.InRange(Serializer.ToBinary(new Send(new byte[100])).Length, 100, 104);
        Assert.InRange(Serializer.ToBinary(HandlerAck.Completed.Instance).Length, 0, 0);
        Assert.InRange(Serializer.ToBinary(Received.CopyOf(new byte[100], 1000)).Length, 100, 106);
    }

    [Fact]
    public void Leased_bytes_are_copied_and_the_lease_is_released()
    {
        var slab = Memory.SlabSlice.CopyOf([1, 2, 3]);
        var send = new Send(slab, "token");
        Assert.True(slab.Slab!.TryHold());
        slab.Slab.Release();
        var first = (Send)Copy(send);
        Assert.False(slab.Slab.TryHold());
        Assert.Equal([1, 2, 3], first.Memory.ToArray());
        Assert.Equal("token", first.Token);

        // Akka writes a message again after an association was lost.
        Assert.Equal([1, 2, 3], ((Send)Copy(send)).Memory.ToArray());
    }

    [Fact]
    public void A_received_that_was_released_is_refused_and_nothing_else_fails()
    {
        var received = Received.CopyOf([1]);
        received.Release();
        Assert.Contains("released", Assert.Throws<SerializationException>(() => Serializer.ToBinary(received)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_with_something_of_its_process_is_refused_with_the_rule()
    {
        Refused(new AdoptionProtocol.Adopt(5), "AdoptionProtocol.Adopt", "descriptor");
        Refused(new AdoptionProtocol.AdoptFailed(new AdoptionProtocol.Adopt(5), Errno.EBADF, "bad"), "AdoptionProtocol.AdoptFailed", "descriptor");
        Refused(new ConnectionProtocol.Detached(null!, default, new SockAddr("::1", 1)), "ConnectionProtocol.Detached", "descriptor");
        Refused(new ConnectionProtocol.StartTls(TlsOptions.Client("x")), "ConnectionProtocol.StartTls", "TLS options");
        Refused(new ListenerProtocol.SetTls(TlsOptions.Client("x")), "ListenerProtocol.SetTls", "TLS options");
        Refused(new ListenerProtocol.TlsSet(TlsOptions.Client("x")), "ListenerProtocol.TlsSet", "TLS options");
        Refused(new ListenerProtocol.Bind(new SockAddr("::1", 0)) { Tls = TlsOptions.Client("x") }, "ListenerProtocol.Bind", "TLS options");
        Refused(new ConnectorProtocol.Connect("x", 1) { Tls = TlsOptions.Client("x") }, "ConnectorProtocol.Connect", "TLS options");
        Refused(new ConnectionProtocol.Register(_actor, new HandlerOptions { Supervision = SupervisorStrategy.StoppingStrategy }), "HandlerOptions", "supervision");
        Refused(new ConnectionProtocol.SetFraming(new OwnFraming()), "OwnFraming", "serializer of its own");
    }

    [Fact]
    public void A_manifest_that_is_unknown_is_named_in_the_error() =>
        Assert.Contains("'cFuture'", Assert.Throws<SerializationException>(() => Serializer.FromBinary([], "cFuture")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_type_that_is_no_message_is_named_in_the_error() =>
        Assert.Contains("System.String", Assert.Throws<ArgumentException>(() => Serializer.ToBinary("text")).Message, StringComparison.Ordinal);

    [Fact]
    public void Fields_of_a_newer_version_are_skipped()
    {
        foreach (var sample in MessageSamples.Of(_actor))
        {
            var writer = new WireWriter(System);
            writer.Int(1000, 5);
            writer.Text(1001, "new");
            writer.Double(1002, 1.5);
            byte[] longer = [.. writer.Written, .. Serializer.ToBinary(sample), .. writer.Written];
            Assert.Equal(MessageDump.Of(sample), MessageDump.Of(Serializer.FromBinary(longer, Serializer.Manifest(sample))));
        }
    }

    [Fact]
    public void Fields_that_an_older_version_does_not_write_have_their_default()
    {
        var read = (ConnectionProtocol.SetLimits)Serializer.FromBinary([10, 0], "cLim");
        Assert.Equal(new ConnectionSettings().FlushTimeout, read.Limits.Flush);
        Assert.Equal(new ConnectionSettings().LargestSend, read.Limits.LargestSend);
    }

    private void Refused(object message, string name, string rule)
    {
        var text = Assert.Throws<NotSerializableException>(() => Serializer.ToBinary(message)).Message;
        Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.Contains(rule, text, StringComparison.Ordinal);
    }

    private object Copy(object message) => Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message));

    private sealed class OwnFraming : IFraming
    {
        public IFrameDecoder CreateDecoder() => new RawFraming().CreateDecoder();

        public IFrameEncoder CreateEncoder() => new RawFraming().CreateEncoder();
    }
}
