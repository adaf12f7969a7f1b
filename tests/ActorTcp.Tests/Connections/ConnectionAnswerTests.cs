namespace ActorTcp.Tests.Connections;

/// <summary>A message that wants an answer gets exactly one in every phase of a connection.</summary>
public class ConnectionAnswerTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }",
    loops: 1)
{
    private static readonly string[] Phases = ["Registering", "Open", "PeerEndPending", "PeerEnded", "BadFrame", "Flushing", "Lingering", "AwaitingEnd", "Ended"];

    private static readonly Dictionary<string, Func<IActorRef, object>> Questions = new()
    {
        ["Describe"] = _ => ConnectionProtocol.Describe.Instance,
        ["SetLimits"] = _ => new ConnectionProtocol.SetLimits(new ConnectionSettings { SendQueueBytes = 64 << 20, SendQueueHigh = 64 << 20 }.Limits),
        ["SetOption"] = _ => new ConnectionProtocol.SetOption(new SocketOption.NoDelay(true)),
        ["GetOption"] = _ => new ConnectionProtocol.GetOption(SocketValue.State),
        ["SetFraming"] = _ => new ConnectionProtocol.SetFraming(null),
        ["unknown"] = _ => "no such message",
        ["Flush"] = _ => new ConnectionProtocol.Flush("token"),
        ["Shutdown"] = _ => new ConnectionProtocol.Shutdown(ShutdownHow.Write),
        ["Send"] = _ => new Send("x", "token"),
        ["Register"] = asker => new ConnectionProtocol.Register(asker, new HandlerOptions { KeepOpenOnPeerEof = true }),
        ["Detach"] = asker => new ConnectionProtocol.Detach(asker),
    };

    private IActorRef _handler = ActorRefs.Nobody;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var phase in Phases)
        {
            foreach (var question in Questions.Keys)
            {
                cases.Add(phase, question);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Question_in_any_phase_gets_exactly_one_answer(string phase, string question)
    {
        var (client, connection) = await InPhaseAsync(phase);
        Assert.Equal(Enum.Parse<ConnectionPhase>(phase), await PhaseAsync(connection));
        var asker = CreateTestProbe();

        asker.Send(connection, Questions[question](asker));

        if (phase == "BadFrame" && question == "Detach" && !OverTls)
        {
            // The socket waits for the handler, which keeps FrameFailed in its stash, until the flush deadline.
            await AwaitAsync(connection, description => description.Phase == ConnectionPhase.Flushing);
            await AdvanceAsync(TimeSpan.FromSeconds(31));
        }

        var answer = await asker.ExpectMsgAsync<object>(Limit);
        while (answer is ConnectionProtocol.Detached handed)
        {
            handed.Socket.Dispose();
            answer = null;
        }

        // A second answer would have arrived before this one.
        await connection.Ask<ActorIdentity>(new Identify(null), Limit);
        _ = await asker.Ref.Ask<ActorIdentity>(new Identify(null), Limit);
        Assert.False(asker.HasMessages, $"a second answer after {answer}");
        Sys.Stop(_handler);
    }

    private async Task<(Socket Client, IActorRef Connection)> InPhaseAsync(string phase)
    {
        var (client, connection) = await AcceptAsync();
        _handler = phase is "BadFrame" or "Ended" ? Sys.ActorOf(Props.Create(() => new Stashing())) : TestActor;
        if (phase == "Registering")
        {
            return (client, connection);
        }

        var framing = phase == "BadFrame" ? new LineFraming(10) : null;
        connection.Tell(new ConnectionProtocol.Register(_handler, new HandlerOptions { KeepOpenOnPeerEof = phase == "PeerEnded", Pull = phase == "PeerEndPending", Framing = framing }), TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.Open);
        switch (phase)
        {
            case "PeerEndPending" or "PeerEnded":
                await SendAsync(client, "bytes");
                client.Shutdown(SocketShutdown.Send);
                break;
            case "BadFrame":
                await SendAsync(client, "no line of ten bytes\n");
                break;
            case "Flushing":
                connection.Tell(new Send(new byte[32 << 20]), ActorRefs.NoSender);
                connection.Tell(ConnectionProtocol.Close.Instance);
                break;
            case "Lingering":
                connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.Linger(true, 30)), TestActor);
                connection.Tell(new Send(new byte[960_000]), ActorRefs.NoSender);
                connection.Tell(ConnectionProtocol.Close.Instance);
                break;
            case "AwaitingEnd":
                connection.Tell(ConnectionProtocol.ConfirmedClose.Instance);
                break;
            case "Ended":
                connection.Tell(ConnectionProtocol.Abort.Instance);
                break;
        }

        await AwaitAsync(connection, description => description.Phase == Enum.Parse<ConnectionPhase>(phase));
        return (client, connection);
    }

    /// <summary>Keeps the connection waiting for it after the end of the stream.</summary>
    private sealed class Stashing : TcpHandler, IWithUnboundedStash
    {
        public IStash Stash { get; set; } = null!;

        protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Stash.Stash();

        protected override void OnClosed(ConnectionProtocol.Closed closed) => Stash.Stash();
    }
}
