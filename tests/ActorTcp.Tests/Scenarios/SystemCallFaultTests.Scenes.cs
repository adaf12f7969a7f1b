namespace ActorTcp.Tests.Scenarios;

/// <summary>The scenes of connections with a framing, in pull mode, and detached, and of a listener on several ports.</summary>
public sealed partial class SystemCallFaultTests
{
    private const string Taken = "taken";

    [Theory]
    [InlineData("1", OverTcp)]
    [InlineData("2", OverTcp)]
    [InlineData("1", OverTls)]
    public void Any_failed_call_with_a_framing_leaves_one_outcome_per_Send_and_no_leak(string loops, string protocol) =>
        AssertFailedOnConnection(ChildProcess.Run(FailFramed, (Loops, loops), (BulkOf, $"{Little}"), (ProtocolOf, protocol)), protocol);

    [Theory]
    [InlineData("1", OverTcp)]
    [InlineData("2", OverTcp)]
    [InlineData("1", OverTls)]
    public void Any_failed_call_in_pull_mode_leaves_one_outcome_per_Send_and_no_leak(string loops, string protocol) =>
        AssertFailedOnConnection(ChildProcess.Run(FailPulling, (Loops, loops), (BulkOf, $"{Little}"), (ProtocolOf, protocol)), protocol);

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Any_failed_call_during_a_detach_leaves_the_socket_to_the_new_owner_or_closed(string loops)
    {
        var report = ChildProcess.Run(FailGivingAway, (Loops, loops), (BulkOf, $"{Little}"));
        AssertFailedOnConnection(report);
        Assert.All(
            [SystemCall.Send, SystemCall.Receive, SystemCall.Shutdown, SystemCall.Close],
            call => Assert.Contains($" taker's {call} ", report, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void Any_failed_call_while_ports_change_is_answered_and_the_listener_still_accepts(string loops) =>
        AssertFailed(
            ChildProcess.Run(FailPorts, (Loops, loops), (BulkOf, "100")),
            SystemCall.Socket,
            SystemCall.SetSockOpt,
            SystemCall.GetSockName,
            SystemCall.EpollAdd,
            SystemCall.EpollModify,
            SystemCall.Accept,
            SystemCall.Close,
            SystemCall.EpollWait);

    private static TlsOptions ServerTls { get; } = TlsOptions.Server(Certificates.For("localhost"));

    private static TlsOptions ClientTls { get; } = TlsOptions.Client(
        new System.Net.Security.SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Certificates.TrustAuthority() });

    private static void AssertFailedOnConnection(string report, string protocol = OverTcp)
    {
        AssertFailed(report, SystemCall.EpollAdd, SystemCall.EpollModify, SystemCall.EpollWait, SystemCall.Accept, SystemCall.Send, SystemCall.Receive);
        Assert.True(protocol == OverTls || report.Contains($" {SystemCall.Receive} {Errno.EAGAIN} ", StringComparison.Ordinal), report);
    }

    private static void FailFramed() => FailEachCallAsync(system => ServeOneAsync(system, new Scene { IsFramed = true })).GetAwaiter().GetResult();

    private static void FailPulling() => FailEachCallAsync(system => ServeOneAsync(system, new Scene { Pulls = true })).GetAwaiter().GetResult();

    private static void FailGivingAway() => FailEachCallAsync(GiveOneAwayAsync).GetAwaiter().GetResult();

    private static void FailPorts() => FailEachCallAsync(ServePortsAsync).GetAwaiter().GetResult();

    private static async Task GiveOneAwayAsync(ActorSystem system)
    {
        var takes = new TakerRecord();
        var taker = system.ActorOf(Props.Create(() => new Taker(takes)));
        await ServeOneAsync(system, new Scene { Taker = taker, TakerRecord = takes });
        system.Stop(taker);
    }

    private static async Task ServePortsAsync(ActorSystem system)
    {
        var records = new ConcurrentQueue<TokenedHandler.Record>();
        var ended = new Events();
        var watcher = system.ActorOf(Props.Create(() => new Recorder(ended)));
        system.EventStream.Subscribe(watcher, typeof(ListenerProtocol.ConnectionClosed));

        var bind = new ListenerProtocol.Bind(
            new IPEndPoint(LoopbackAddress.Next(), 0),
            Props.CreateBy(new WithRecord(records)),
            new HandlerOptions { KeepOpenOnPeerEof = true });
        if (await system.ActorTcp().Manager.Ask(bind, Limit) is not ListenerProtocol.Bound bound)
        {
            Assert.NotNull(Faults.Fired);
            system.Stop(watcher);
            return;
        }

        var first = bound.LocalAddress.ToIPEndPoint();
        var connected = 0;
        foreach (var more in new[] { 2, 0 })
        {
            var answer = await bound.Listener.Ask(new ListenerProtocol.SetPorts(more), Limit);
            Assert.True(answer is ListenerProtocol.PortsSet || (answer is ListenerProtocol.CommandFailed && Faults.Fired is not null), $"{answer}");
            var ports = (await DescribeAsync(bound)).Ports;
            Assert.True(answer is not ListenerProtocol.PortsSet || ports == 1 + more, $"{answer}, with {ports} ports");
            foreach (var offset in new[] { 0, ports - 1 }.Distinct())
            {
                await TalkAsync(new IPEndPoint(first.Address, first.Port + offset), new Scene());
                connected++;
            }
        }

        await Eventually.HoldsAsync(
            async () => await DescribeAsync(bound) is { Connections.Count: 0 } description && description.Accepted == connected,
            () => $"of {connected} connections one is not accepted, or has not ended");
        await bound.Listener.Ask<ListenerProtocol.Unbound>(ListenerProtocol.Unbind.Instance, Limit);
        Assert.All(records, record => record.Check());
        await Eventually.HoldsAsync(() => ended.Messages.Count >= connected, () => $"ConnectionClosed {ended.Messages.Count} times, not {connected} times");
        Assert.Equal(connected, ended.Messages.Count);
        system.Stop(watcher);
    }

    private static Task<ListenerDescription> DescribeAsync(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    /// <summary>The kind of connection, and what its client sends and receives.</summary>
    private sealed record Scene
    {
        private const int Header = 4;
        private const string Word = "hello";

        public bool IsFramed { get; init; }

        public bool Pulls { get; init; }

        /// <summary>The actor that receives the detached connection; null: none.</summary>
        public IActorRef? Taker { get; init; }

        public TakerRecord? TakerRecord { get; init; }

        public CloseReason Reason => Taker is null ? End.Reason : CloseReason.Detached;

        public byte[] Hello => IsFramed ? [0, 0, 0, (byte)Word.Length, .. System.Text.Encoding.ASCII.GetBytes(Word)] : System.Text.Encoding.ASCII.GetBytes(Word);

        /// <summary>The number of greeting bytes that the client receives.</summary>
        public int Greeting => TokenedHandler.GreetingOf(Bulk) + (3 * Overhead);

        /// <summary>The number of bytes that the client receives in all.</summary>
        public int Total => Greeting + Word.Length + TokenedHandler.AfterEcho.Length + (2 * Overhead) + (TakerRecord?.Sent ?? 0);

        private int Overhead => IsFramed ? Header : 0;

        public ListenerProtocol.Bind Bind(TokenedHandler.Record record)
        {
            var end = Taker is null ? End.Command : new ConnectionProtocol.Detach(Taker);
            var pulls = Pulls;
            return new ListenerProtocol.Bind(
                new IPEndPoint(LoopbackAddress.Next(), 0),
                Props.Create(() => new TokenedHandler(record, Bulk, end, pulls)),
                new HandlerOptions { KeepOpenOnPeerEof = true, Pull = Pulls, Framing = IsFramed ? new LengthPrefixFraming(LengthField.FourBytes, 1_000_000) : null })
            {
                Tls = IsTls ? ServerTls : null,
            };
        }
    }

    /// <summary>Creates the handlers of several connections, each with its own record.</summary>
    private sealed class WithRecord(ConcurrentQueue<TokenedHandler.Record> records) : IIndirectActorProducer
    {
        public Type ActorType => typeof(TokenedHandler);

        public ActorBase Produce()
        {
            var record = new TokenedHandler.Record();
            records.Enqueue(record);
            return new TokenedHandler(record, Bulk, ConnectionProtocol.Close.Instance, false);
        }

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class TakerRecord
    {
        public int Count { get; set; }

        public int Sent { get; set; }

        /// <summary>Descriptions of calls that did not return the expected result.</summary>
        public ConcurrentQueue<string> Wrong { get; } = [];
    }

    /// <summary>Takes a socket, notifies the client, waits for its end of stream and closes. It is not on a loop, but its calls fail as well.</summary>
    private sealed class Taker : ReceiveActor
    {
        private readonly TakerRecord _takes;

        public Taker(TakerRecord takes)
        {
            _takes = takes;
            Receive<ConnectionProtocol.Detached>(handed => NthCallFails.Counting(() => Use(handed.Socket)));
        }

        private void Use(SocketHandoff socket)
        {
            _takes.Count++;
            using var tcp = socket.Take()!;
            var sent = Made(SystemCall.Send, Taken.Length, () => tcp.Send(System.Text.Encoding.ASCII.GetBytes(Taken), Limit));
            _takes.Sent = Math.Max(0, sent);
            // A reset is remembered: no regular end of stream follows it.
            var end = sent == -(int)Errno.ECONNRESET ? sent : Tcp.EndOfStream;
            // Then each run makes exactly one receive.
            Assert.Equal(Errno.None, DescriptorWait.Until(tcp.SockFd, PollFd.In, Deadline.After(Limit)));
            _ = Made(SystemCall.Receive, end, () => tcp.Recv(new byte[1], Limit));
            _ = Made(SystemCall.Shutdown, 0, () => tcp.Shutdown(ShutdownHow.Write) ? 0 : -(int)Tcp.LastErrno);
        }

        /// <summary>Makes a call, which returns the expected result or minus the errno of the injected failure.</summary>
        private int Made(SystemCall kind, int expected, Func<int> call)
        {
            var answer = call();
            if (Faults.Fired is { OnLoop: false, Errno: not (Errno.EINTR or Errno.EAGAIN) and var errno } fired && fired.Call == kind)
            {
                expected = -(int)errno;
            }

            if (answer != expected)
            {
                _takes.Wrong.Enqueue($"{kind}: {answer}, not {expected}");
            }

            return answer;
        }
    }
}
