namespace ActorTcp.Tests.Scenarios;

/// <summary>The limits of allocation and CPU use of an echo in steady state.</summary>
public sealed class EchoCostTests(ITestOutputHelper output) : TcpTestKit(output, "akka.loglevel = INFO\nactortcp.checked-leases = off")
{
    /// <summary>An echo allocates one Received and one Send. A handler that does not confirm also gets its own copy of the bytes.</summary>
    [Theory]
    [InlineData(typeof(LentEcho), 104)]
    [InlineData(typeof(EchoHandler), 104 + 24 + 64)]
    public async Task Echo_in_steady_state_allocates_only_its_messages(Type handler, int bytesPerEcho)
    {
        const int echoes = 5000;
        using var client = await EchoClient.ConnectAsync(Listen(Props.Create(handler)).LocalAddress.ToIPEndPoint(), LimitToken());
        var bytes = new byte[64];
        Echo(1000);
        var before = await AllocatedByLoopsAsync();

        Echo(echoes);

        var allocated = await AllocatedByLoopsAsync() - before;
        // The runtime itself may allocate a few KiB.
        Assert.True(allocated <= (bytesPerEcho + 8) * echoes, $"{allocated} bytes for {echoes} echoes");

        void Echo(int times)
        {
            for (var i = 0; i < times; i++)
            {
                client.Send(bytes);
                for (var received = 0; received < bytes.Length;)
                {
                    received += client.Receive(bytes.AsSpan(received));
                }
            }
        }
    }

    [Fact]
    public async Task Loops_with_idle_connections_do_not_turn()
    {
        var server = ListenForEcho();
        var clients = new List<Socket>();
        for (var i = 0; i < 50; i++)
        {
            var client = await EchoClient.ConnectAsync(server, LimitToken());
            await EchoClient.EchoAsync(client, 10, (ulong)i, 10, LimitToken());
            clients.Add(client);
        }

        // The loops may handle late events of the clients, but not repeatedly.
        var loops = Sys.ActorTcp().Loops;
        var (turns, turnsLater) = (-1L, 0L);
        for (var attempt = 1; attempt <= 5 && turns != turnsLater; attempt++)
        {
            await UntilAsync(() => loops[0].IsSleeping && loops[1].IsSleeping);
            turns = loops[0].Turn + loops[1].Turn;

            ExpectNoMsg(TimeSpan.FromMilliseconds(500));

            turnsLater = loops[0].Turn + loops[1].Turn;
        }

        Assert.Equal(turns, turnsLater);
        clients.ForEach(client => client.Dispose());
    }

    private sealed class LentEcho : TcpHandler
    {
        protected override void OnReceived(Received received) => Connection.Tell(received.ToSend(), Self);
    }

    private async Task<long> AllocatedByLoopsAsync()
    {
        var loops = Sys.ActorTcp().Loops;
        var sum = 0L;
        for (var i = 0; i < loops.Count; i++)
        {
            var answer = new TaskCompletionSource<long>();
            loops[i].Post(() => answer.SetResult(GC.GetAllocatedBytesForCurrentThread()));
            sum += await answer.Task.WaitAsync(Limit);
        }

        return sum;
    }
}
