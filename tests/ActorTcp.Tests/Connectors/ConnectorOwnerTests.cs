namespace ActorTcp.Tests.Connectors;

/// <summary>A connector whose owner stops, or that has no owner.</summary>
public sealed class ConnectorOwnerTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task Connected_connector_whose_owner_stops_flushes_its_queue_and_closes()
    {
        using var server = ListenAt();
        var (owner, connector) = StartOwned(To(AddressOf(server)) with { Reconnect = Soon });
        using var peer = await AcceptAsync(server);
        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connector.Tell(new Send("last words"), TestActor);

        Sys.Stop(owner);

        Assert.Equal("last words", Encoding.UTF8.GetString(await ReadToEndAsync(peer)));
        Assert.Equal(CloseReason.Closed, Handler.ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        ExpectTerminated(connector, Limit);
    }

    [Theory]
    [InlineData("Resolving")]
    [InlineData("Connecting")]
    [InlineData("Waiting")]
    public async Task Unconnected_connector_whose_owner_stops_ends(string phase)
    {
        using var full = new FullBacklog();
        var (owner, connector) = StartOwned((phase switch
        {
            "Resolving" => To(ScriptedResolver.Hanging()),
            "Connecting" => To(full.Address),
            _ => To(Refusing),
        }) with { Timeout = TimeSpan.FromMinutes(10), Reconnect = Late });
        await AwaitPhaseAsync(connector, Enum.Parse<ConnectorPhase>(phase));

        Sys.Stop(owner);

        ExpectTerminated(connector, Limit);
    }

    [Fact]
    public async Task Connector_created_by_an_Ask_outlives_the_Ask()
    {
        using var server = ListenAt();
        var started = await Sys.ActorTcp().Manager.Ask<ConnectorProtocol.Started>(To(AddressOf(server)) with { NotifyStarted = true }, Limit);
        using var peer = await AcceptAsync(server);
        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);

        started.Connector.Tell(new Send("alive"), TestActor);

        Assert.Equal("alive", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public async Task Connect_without_a_sender_connects()
    {
        using var server = ListenAt();
        Sys.ActorTcp().Manager.Tell(To(AddressOf(server)), ActorRefs.NoSender);
        using var peer = await AcceptAsync(server);

        var connection = Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit).Connection;
        connection.Tell(new Send("alive"), Handler.Ref);

        Assert.Equal("alive", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public void Failed_Connect_without_a_sender_logs_a_warning_and_no_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.DeadLetter));
        EventFilter.Warning(contains: $"has failed: Cannot connect to {Refusing}").ExpectOne(
            () => Sys.ActorTcp().Manager.Tell(To(Refusing), ActorRefs.NoSender));
        EventFilter.Warning(contains: "reconnect-jitter is 2").ExpectOne(
            () => Sys.ActorTcp().Manager.Tell(To(Refusing) with { Reconnect = Soon with { Jitter = 2 } }, ActorRefs.NoSender));

        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Connector_without_an_owner_logs_a_warning_when_it_gives_up_reconnecting()
    {
        using var server = ListenAt();
        await EventFilter.Warning(contains: "has failed: ").ExpectOneAsync(async () =>
        {
            Sys.ActorTcp().Manager.Tell(To(AddressOf(server)) with { Reconnect = Soon with { MaxAttempts = 1 } }, ActorRefs.NoSender);
            for (var connection = 0; connection < 2; connection++)
            {
                using var peer = await AcceptAsync(server);
                Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
                Reset(peer);
                Handler.ExpectMsg<ConnectionProtocol.Closed>(Limit);
            }
        });
    }

    private (IActorRef Owner, IActorRef Connector) StartOwned(ConnectorProtocol.Connect connect)
    {
        var owner = CreateTestProbe();
        Sys.ActorTcp().Manager.Tell(connect, owner.Ref);
        return (owner.Ref, Watch(owner.ExpectMsg<ConnectorProtocol.Started>(Limit).Connector));
    }
}
