using FsCheck;
using FsCheck.Fluent;

namespace ActorTcp.Tests.Connections;

/// <summary>Any sequence of commands with any behaviour of the peer: each question has one answer, and Closed comes once and last.</summary>
public class ConnectionPropertyTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 512KiB, send-queue-high = 128KiB, send-queue-low = 16KiB, read-ahead-bytes = 32KiB }")
{
    private static readonly object[] Commands =
    [
        ConnectionProtocol.Read.Instance,
        ConnectionProtocol.Read.Instance,
        ConnectionProtocol.SuspendReading.Instance,
        ConnectionProtocol.ResumeReading.Instance,
        ConnectionProtocol.Describe.Instance,
        new ConnectionProtocol.SetOption(new SocketOption.NoDelay(true)),
        new ConnectionProtocol.SetOption(new SocketOption.Ttl(999)),
        new ConnectionProtocol.GetOption(SocketValue.State),
        new ConnectionProtocol.SetLimits(new ConnectionLimits(100_000, 50_000, 10_000, 1000, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)),
        new ConnectionProtocol.SetLimits(new ConnectionLimits(0, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)),
        new ConnectionProtocol.Register(ActorRefs.Nobody),
    ];

    private static readonly object[] Endings =
        [ConnectionProtocol.Close.Instance, ConnectionProtocol.ConfirmedClose.Instance, ConnectionProtocol.Abort.Instance];

    [Fact]
    public void Any_script_has_one_outcome_per_Send_one_answer_per_question_and_one_Closed()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();

        Properties.Check(Output!, Arb.From(Scripts, Shorter), script => Run(server, script).GetAwaiter().GetResult(), 150);
    }

    private static Gen<ConnectionScript> Scripts =>
        from keepOpen in Gen.Elements(false, true)
        from pull in Gen.Elements(false, false, true)
        from steps in Steps.ListOf()
        select new ConnectionScript(keepOpen, pull, [.. steps]);

    private static Gen<ConnectionStep> Steps => Gen.Frequency(
        (8, Sizes.Select(length => (ConnectionStep)new ConnectionStep.Send(length))),
        (6, Gen.Elements(Commands).Select(command => (ConnectionStep)new ConnectionStep.Tell(command))),
        (2, Gen.Constant((ConnectionStep)new ConnectionStep.Flush())),
        (1, Gen.Elements(ShutdownHow.Read, ShutdownHow.Write, ShutdownHow.Both).Select(how => (ConnectionStep)new ConnectionStep.Shutdown(how))),
        (1, Gen.Elements(Endings).Select(command => (ConnectionStep)new ConnectionStep.Tell(command))),
        (1, Gen.Constant((ConnectionStep)new ConnectionStep.Detach())),
        (6, Sizes.Select(length => (ConnectionStep)new ConnectionStep.PeerSends(length))),
        (4, Sizes.Select(length => (ConnectionStep)new ConnectionStep.PeerReads(length))),
        (1, Gen.Constant((ConnectionStep)new ConnectionStep.PeerEnds())),
        (1, Gen.Constant((ConnectionStep)new ConnectionStep.PeerResets())),
        (4, Gen.Constant((ConnectionStep)new ConnectionStep.Settle())));

    /// <summary>Sizes of all magnitudes, including 0.</summary>
    private static Gen<int> Sizes =>
        from bits in Gen.Choose(0, 19)
        from size in Gen.Choose(0, 1 << bits)
        select size;

    private static IEnumerable<ConnectionScript> Shorter(ConnectionScript script)
    {
        for (var i = 0; i < script.Steps.Length; i++)
        {
            yield return script with { Steps = [.. script.Steps[..i], .. script.Steps[(i + 1)..]] };
        }
    }

    private async Task Run(IPEndPoint server, ConnectionScript script)
    {
        using var peer = new ScriptedPeer(await EchoClient.ConnectAsync(server, LimitToken()));
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        var done = new TaskCompletionSource<ScriptedHandler.Record>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = Sys.ActorOf(Props.Create(() => new ScriptedHandler(connection, script.KeepOpen, script.Pull, done)));
        await handler.Ask<ActorIdentity>(new ScriptedHandler.Settle(), Limit);
        var sends = new List<byte[]>();
        foreach (var step in script.Steps)
        {
            switch (step)
            {
                case ConnectionStep.Send send:
                    var bytes = Seeded((ulong)sends.Count, send.Length);
                    handler.Tell(new ScriptedHandler.Forward(new Send(bytes, sends.Count)));
                    sends.Add(bytes);
                    break;
                case ConnectionStep.Tell tell:
                    handler.Tell(new ScriptedHandler.Forward(tell.Command));
                    break;
                case ConnectionStep.Flush:
                    handler.Tell(new ScriptedHandler.Forward(new ConnectionProtocol.Flush(new object())));
                    break;
                case ConnectionStep.Shutdown shutdown:
                    handler.Tell(new ScriptedHandler.Forward(new ConnectionProtocol.Shutdown(shutdown.How)));
                    break;
                case ConnectionStep.Detach:
                    handler.Tell(new ScriptedHandler.DetachToSelf());
                    break;
                case ConnectionStep.Settle:
                    await Task.WhenAny(handler.Ask<ActorIdentity>(new ScriptedHandler.Settle(), Limit), done.Task);
                    break;
                default:
                    peer.Do(step);
                    break;
            }
        }

        var reading = Task.Run(peer.Finish);
        handler.Tell(new ScriptedHandler.Forward(ConnectionProtocol.Close.Instance));
        var record = await done.Task.WaitAsync(Limit);
        foreach (var handed in record.Received.OfType<ConnectionProtocol.Detached>())
        {
            handed.Socket.Dispose();
        }

        await reading.WaitAsync(Limit);
        Sys.Stop(handler);
        ConnectionChecks.Check(record, sends, peer);
    }
}
