using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>
/// One random attack on a listener or a connector with TLS, by a peer that breaks the protocol once, or never speaks it. The seed decides everything except the
/// keys and the timing.
/// </summary>
internal sealed partial class TlsFuzz
{
    private const int MaxLength = 150_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);
    private static readonly MutationKind[] Kinds = Enum.GetValues<MutationKind>();

    private static readonly object[][] Manners =
    [
        [], [], [], [],
        [ConnectionProtocol.SuspendReading.Instance],
        [ConnectionProtocol.SuspendReading.Instance, ConnectionProtocol.ResumeReading.Instance],
        [ConnectionProtocol.SuspendReading.Instance, ConnectionProtocol.Close.Instance],
        [ConnectionProtocol.Close.Instance],
        [ConnectionProtocol.ConfirmedClose.Instance],
        [new ConnectionProtocol.Shutdown(ShutdownHow.Write)],
        [ConnectionProtocol.Abort.Instance],
    ];

    /// <summary>What an honest client has sent: some flights of each version.</summary>
    private static readonly ConcurrentDictionary<SslProtocols, List<byte[]>> Recorded = new();

    private static readonly SslStreamCertificateContext ClientCertificate = SslStreamCertificateContext.Create(Certificates.For("client"), null, offline: true);

    private readonly ActorSystem _system;
    private readonly TlsFuzzEvents _events;
    private readonly Random _random;
    private readonly PatternHandler.Record _record = new();
    private readonly SslProtocols _version;
    private readonly bool _asksForCertificate;
    private bool _isHonest;
    private bool _isServerOfTest;
    private object[] _manner;
    private readonly StreamMutation _outgoing;
    private readonly StreamMutation _incoming;
    private readonly int _peerLength;
    private readonly int _handlerLength;
    private readonly int _handlerSeed;
    private readonly int _commandsAt;
    private readonly int _seed;

    public TlsFuzz(ActorSystem system, TlsFuzzEvents events, int seed)
    {
        _system = system;
        _events = events;
        _seed = seed;
        _random = new Random(seed);
        _version = _random.Next(2) == 0 ? SslProtocols.Tls12 : SslProtocols.Tls13;
        _asksForCertificate = _random.Next(3) == 0;
        var manner = _random.Next(Manners.Length);
        _manner = Manners[manner];
        _peerLength = _random.Next(3) == 0 ? 0 : _random.Next(MaxLength);
        _handlerLength = _random.Next(3) == 0 ? 0 : _random.Next(MaxLength);
        _handlerSeed = _random.Next();
        _commandsAt = _random.Next(2) == 0 ? 0 : _random.Next(_peerLength + 1);
        _outgoing = NextMutation();
        _incoming = NextMutation();
        _isHonest = _manner.Length == 0 && $"{_outgoing}{_incoming}" == "nonenone";
    }

    private TimeSpan HandshakeTimeout => _isHonest ? Limit : Deadline;

    private Props Handler => Props.CreateBy(new Producer(this));

    public override string ToString() =>
        $"seed {_seed}: {_version}, outgoing {_outgoing}, incoming {_incoming}, {_peerLength} and {_handlerLength} bytes, [{string.Join(", ", _manner)}] at {_commandsAt}";

    /// <summary>Attacks a listener with changed bytes of a real client.</summary>
    public Task AttackListenerAsync() => RunAsync(() => WithListenerAsync(async (address, _) =>
    {
        var socket = await EchoClient.ConnectAsync(address, Token());
        await SpeakAsync(socket, stream => stream.AuthenticateAsClientAsync(ClientOptions(), Token()));
    }));

    /// <summary>Attacks a listener with a recorded handshake, changed and out of order, or with random bytes.</summary>
    public Task ReplayToListenerAsync()
    {
        _isHonest = false;
        return RunAsync(() => WithListenerAsync(ReplayAsync));
    }

    /// <summary>Attacks a connector as a server that breaks the protocol, or never speaks it.</summary>
    public Task AttackConnectorAsync() => RunAsync(async () =>
    {
        var speaks = _random.Next(6) != 0;
        _isHonest &= speaks;
        _isServerOfTest = true;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(LoopbackAddress.Next(), 0));
        server.Listen();
        var (owner, events) = _events.NewOwner();
        var options = TlsOptions.Client(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = Certificates.TrustAuthority(),
            ClientCertificateContext = ClientCertificate,
        });
        _system.ActorTcp().Manager.Tell(
            new ConnectorProtocol.Connect((IPEndPoint)server.LocalEndPoint!, Handler) { Tls = options with { HandshakeTimeout = HandshakeTimeout } },
            owner);
        var socket = await server.AcceptAsync(Token());
        if (!speaks)
        {
            using (socket)
            {
                await SendAsync(socket, RandomBytes());
                await EndAsync(socket);
            }
        }
        else
        {
            await SpeakAsync(socket, stream => stream.AuthenticateAsServerAsync(ServerOptions(), Token()));
        }

        await Eventually.HoldsAsync(() => events.Any(IsEnd), () => $"the connector has not ended: {string.Join(", ", events)}");
        Assert.Single(events, IsEnd);
        Assert.Equal(_record.Instances, events.Count(message => message is ConnectorProtocol.Connected));
        _system.Stop(owner);

        static bool IsEnd(object message) => message is ConnectorProtocol.Closed or ConnectorProtocol.ConnectFailed;
    });

    private async Task ReplayAsync(IPEndPoint address, IActorRef listener)
    {
        var flights = _random.Next(4) == 0 ? [RandomBytes()] : await RecordAsync(address, listener);
        using var socket = await EchoClient.ConnectAsync(address, Token());
        await SendAsync(socket, Shuffled(flights));
        await EndAsync(socket);
    }

    private async Task RunAsync(Func<Task> attack)
    {
        try
        {
            await attack();
            Assert.Null(_record.Wrong);
            Assert.InRange(_record.Instances, 0, 1);
            await Eventually.HoldsAsync(() => _record.Closed == _record.Instances, () => "the handler has not received Closed");
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{this}: {failure.Message}", failure);
        }
    }

    /// <summary>Attacks a listener that allows one handshake at a time. Then an honest client is served, so the attacker's handshake has ended.</summary>
    private async Task WithListenerAsync(Func<IPEndPoint, IActorRef, Task> attack)
    {
        var bind = new ListenerProtocol.Bind(new IPEndPoint(LoopbackAddress.Next(), 0), Handler)
        {
            Tls = TlsOptions.Server(ServerOptions()) with { HandshakeTimeout = HandshakeTimeout },
            Settings = new ListenerSettings { MaxHandshakes = 1 },
        };
        var bound = await _system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(bind, Limit);
        var address = bound.LocalAddress.ToIPEndPoint();
        await attack(address, bound.Listener);
        await AwaitEndsAsync(bound.Listener);
        var ends = _events.EndsOf(bound.Listener);
        Assert.All(ends, closed => Assert.Contains(closed.Reason, PossibleReasons));
        if (_isHonest && ends.Count == 1)
        {
            Assert.Equal((1, _peerLength), (_record.Instances, _record.Received));
        }

        await GreetAsync(address, bound.Listener);
        await bound.Listener.Ask<ListenerProtocol.Unbound>(ListenerProtocol.Unbind.Instance, Limit);
    }

    private static Task AwaitEndsAsync(IActorRef listener) => Eventually.HoldsAsync(
        async () => (await listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit)).Connections.Count == 0,
        () => "the connection has not ended");

    private static CloseReason[] PossibleReasons { get; } =
    [
        CloseReason.TlsFailed, CloseReason.HandshakeTimeout, CloseReason.Truncated, CloseReason.PeerClosed, CloseReason.Closed, CloseReason.Aborted, CloseReason.Error,
    ];

    /// <summary>An honest handshake. It is repeated if the machine is so busy that the handshake takes longer than the deadline.</summary>
    private async Task GreetAsync(IPEndPoint address, IActorRef listener)
    {
        Exception? last = null;
        _manner = [];
        await Eventually.HoldsAsync(
        async () =>
        {
            _record.Clear();
            using var limit = new CancellationTokenSource(Limit / 3);
            try
            {
                await using var stream = new SslStream(new NetworkStream(await EchoClient.ConnectAsync(address, limit.Token), ownsSocket: true));
                await stream.AuthenticateAsClientAsync(ClientOptions(), limit.Token);
                await stream.ShutdownAsync();
            }
            catch (Exception failure) when (IsExpected(failure))
            {
                last = failure;
            }

            await AwaitEndsAsync(listener);
            return _record.Instances == 1;
        },
        () => $"no honest client is served after the attack: {last?.Message} {_events.EndsOf(listener).LastOrDefault()}");
    }

    private StreamMutation NextMutation()
    {
        var kind = _random.Next(2) == 0 ? MutationKind.None : Kinds[_random.Next(Kinds.Length)];
        return new StreamMutation(_random, kind, _random.Next(2) == 0 ? _random.Next(2500) : _random.Next(MaxLength));
    }

    private SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = Certificates.For("localhost"),
        ClientCertificateRequired = _asksForCertificate,
        CertificateChainPolicy = Certificates.TrustAuthority(),
        EnabledSslProtocols = _version,
        AllowTlsResume = !_isServerOfTest || !_asksForCertificate,
    };

    private SslClientAuthenticationOptions ClientOptions() => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = _version,
        ClientCertificateContext = ClientCertificate,
        CertificateChainPolicy = Certificates.TrustAuthority(),
    };

    private static bool IsExpected(Exception failure) =>
        failure is IOException or AuthenticationException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or CryptographicException;

    private static CancellationToken Token() => new CancellationTokenSource(Limit).Token;

    private sealed class Producer(TlsFuzz fuzz) : IIndirectActorProducer
    {
        public Type ActorType => typeof(PatternHandler);

        public ActorBase Produce() => new PatternHandler(fuzz._record, fuzz._handlerSeed, fuzz._handlerLength, fuzz._manner, fuzz._commandsAt);

        public void Release(ActorBase actor)
        {
        }
    }
}
