namespace ActorTcp.Tests.Listeners;

/// <summary>A message that wants an answer gets exactly one in every phase of a listener and a connector.</summary>
public sealed class ListenerAnswerTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    private static readonly Dictionary<string, object> Questions = new()
    {
        ["Describe"] = ListenerProtocol.Describe.Instance,
        ["SetLimits"] = new ListenerProtocol.SetLimits(new ListenerLimits(5)),
        ["SetPorts"] = new ListenerProtocol.SetPorts(0),
        ["SetOption"] = new ListenerProtocol.SetOption(new SocketOption.NoDelay(true)),
        ["GetOption"] = new ListenerProtocol.GetOption(SocketValue.State),
        ["unknown"] = "no such message",
        ["Unbind"] = ListenerProtocol.Unbind.Instance,
        ["Drain"] = new ListenerProtocol.Drain(TimeSpan.Zero),
    };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var phase in new[] { "Listening", "Paused", "Unbound", "Draining", "Closing" })
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
    public async Task Question_to_a_listener_in_any_phase_gets_exactly_one_answer(string phase, string question)
    {
        var handler = CreateTestProbe();
        var bound = Listen(null);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken(), 64 * 1024);
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(handler), TestActor);
        handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connection.Tell(new Send(new byte[phase == "Closing" ? 32 << 20 : 1]), ActorRefs.NoSender);
        await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Limit);
        object? before = phase switch
        {
            "Paused" => ListenerProtocol.PauseAccepting.Instance,
            "Unbound" => ListenerProtocol.Unbind.Instance,
            "Draining" => new ListenerProtocol.Drain(TimeSpan.FromHours(1)),
            "Closing" => new ListenerProtocol.Drain(TimeSpan.Zero),
            _ => null,
        };
        var earlier = CreateTestProbe();
        if (before is not null)
        {
            earlier.Send(bound.Listener, before);
        }

        var asker = CreateTestProbe();
        asker.Send(bound.Listener, Questions[question]);
        if (phase == "Draining" && question != "Drain")
        {
            // The drain ends only now.
            bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.Zero), ActorRefs.NoSender);
        }

        var answer = await asker.ExpectMsgAsync<object>(Limit);
        if (before is ListenerProtocol.Unbind or ListenerProtocol.Drain)
        {
            client.Dispose();
            await earlier.ExpectMsgAsync<object>(Limit);
        }

        _ = await asker.Ref.Ask<ActorIdentity>(new Identify(null), Limit);
        Assert.False(asker.HasMessages, $"a second answer after {answer}");
        Assert.False(earlier.HasMessages);
    }

    [Theory]
    [InlineData("Resolving")]
    [InlineData("Connecting")]
    [InlineData("Up")]
    [InlineData("Closing")]
    [InlineData("Waiting")]
    public async Task Send_and_question_to_a_connector_in_any_phase_get_exactly_one_answer(string phase)
    {
        var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var address = phase == "Waiting" ? LoopbackAddress.Refusing : (SockAddr)(IPEndPoint)server.LocalEndpoint;
        var connect = phase == "Resolving"
            ? new ConnectorProtocol.Connect(ScriptedResolver.Hanging().Host, 9, Props.Create<EchoHandler>())
            : new ConnectorProtocol.Connect(address, Props.Create<EchoHandler>());
        connect = connect with
        {
            Reconnect = new ReconnectPolicy(TimeSpan.FromHours(1), TimeSpan.FromHours(1)),
        };
        Sys.ActorTcp().Manager.Tell(connect, TestActor);
        var connector = FishForMessage<ConnectorProtocol.Started>(_ => true, Limit).Connector;
        if (phase is "Up" or "Closing")
        {
            FishForMessage<ConnectorProtocol.Connected>(_ => true, Limit);
        }
        else if (phase == "Waiting")
        {
            FishForMessage<ConnectorProtocol.Reconnecting>(_ => true, Limit);
        }

        if (phase == "Closing")
        {
            // The server reads nothing.
            connector.Tell(new Send(new byte[32 << 20]), ActorRefs.NoSender);
            connector.Tell(ConnectorProtocol.Close.Instance, ActorRefs.NoSender);
        }

        if (phase != "Connecting")
        {
            await AwaitPhaseAsync(connector, Enum.Parse<ConnectorPhase>(phase));
        }

        foreach (var question in new object[] { ConnectorProtocol.Describe.Instance, new Send("x", "token"), "no such message" })
        {
            var asker = CreateTestProbe();
            asker.Send(connector, question);
            var answer = await asker.ExpectMsgAsync<object>(Limit);
            _ = await connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit);
            _ = await asker.Ref.Ask<ActorIdentity>(new Identify(null), Limit);
            Assert.False(asker.HasMessages, $"a second answer after {answer}");
        }

        server.Stop();
    }
}
