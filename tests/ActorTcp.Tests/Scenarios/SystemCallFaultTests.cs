using Akka.Actor.Setup;
using Akka.Event;

namespace ActorTcp.Tests.Scenarios;

/// <summary>
/// Repeats the same scene. In each run another system call fails, in each way that it can fail:
/// every Send has one outcome, Closed comes once, and nothing leaks. It runs in a separate process, because the faults apply to the whole process.
/// </summary>
public sealed partial class SystemCallFaultTests
{
    private const string Loops = "ACTORTCP_TEST_LOOPS";
    private const string EndOf = "ACTORTCP_TEST_END";
    private const string BulkOf = "ACTORTCP_TEST_BULK";
    private const string ProtocolOf = "ACTORTCP_TEST_PROTOCOL";
    private const string OverTcp = "TCP";
    private const string OverTls = "TLS";
    private const int ReceiveBuffer = 128 * 1024;
    private const int Little = 9000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly int Bulk = TestSettings.Number(BulkOf) ?? 0;
    private static readonly bool IsTls = Environment.GetEnvironmentVariable(ProtocolOf) == OverTls;
    private static readonly NthCallFails Faults = new() { MayBlock = Bulk == Little, MayReceiveLater = !IsTls };

    private static readonly (object Command, CloseReason Reason) End = Environment.GetEnvironmentVariable(EndOf) switch
    {
        nameof(ConnectionProtocol.ConfirmedClose) => (ConnectionProtocol.ConfirmedClose.Instance, CloseReason.Closed),
        nameof(ConnectionProtocol.Abort) => (ConnectionProtocol.Abort.Instance, CloseReason.Aborted),
        _ => (ConnectionProtocol.Close.Instance, CloseReason.Closed),
    };

    [Theory]
    [InlineData("1", nameof(ConnectionProtocol.Close), OverTcp)]
    [InlineData("1", nameof(ConnectionProtocol.ConfirmedClose), OverTcp)]
    [InlineData("1", nameof(ConnectionProtocol.Abort), OverTcp)]
    [InlineData("2", nameof(ConnectionProtocol.Close), OverTcp)]
    [InlineData("1", nameof(ConnectionProtocol.Close), OverTls)]
    [InlineData("1", nameof(ConnectionProtocol.ConfirmedClose), OverTls)]
    [InlineData("2", nameof(ConnectionProtocol.Abort), OverTls)]
    public void Any_failed_call_of_a_server_leaves_one_outcome_per_Send_and_no_leak(string loops, string end, string protocol) =>
        AssertFailed(
            ChildProcess.Run(FailServer, (Loops, loops), (EndOf, end), (BulkOf, $"{Little}"), (ProtocolOf, protocol)),
            SystemCall.Socket,
            SystemCall.SetSockOpt,
            SystemCall.GetSockName,
            SystemCall.EpollAdd,
            SystemCall.EpollModify,
            SystemCall.Accept,
            SystemCall.Send,
            SystemCall.Receive,
            SystemCall.Close,
            SystemCall.EpollWait,
            protocol == OverTcp ? SystemCall.Shutdown : SystemCall.Close);

    /// <summary>The number of sends differs between runs, so the other calls that fail differ as well.</summary>
    [Theory]
    [InlineData("1", OverTcp)]
    [InlineData("2", OverTcp)]
    [InlineData("2", OverTls)]
    public void Any_failed_call_with_a_long_send_queue_leaves_one_outcome_per_Send_and_no_leak(string loops, string protocol) =>
        AssertFailed(ChildProcess.Run(FailServer, (Loops, loops), (BulkOf, "2000000"), (ProtocolOf, protocol)), SystemCall.Send, SystemCall.EpollModify, SystemCall.EpollWait);

    [Theory]
    [InlineData("1", OverTcp)]
    [InlineData("2", OverTcp)]
    [InlineData("1", OverTls)]
    public void Any_failed_call_of_a_connector_leaves_one_outcome_per_Send_and_no_leak(string loops, string protocol) =>
        AssertFailed(
            ChildProcess.Run(FailConnector, (Loops, loops), (BulkOf, $"{Little}"), (ProtocolOf, protocol)),
            SystemCall.Socket,
            SystemCall.Connect,
            SystemCall.EpollAdd,
            SystemCall.GetSockOpt,
            SystemCall.GetSockName,
            SystemCall.SetSockOpt,
            SystemCall.Send,
            SystemCall.Receive,
            protocol == OverTcp ? SystemCall.Shutdown : SystemCall.Close,
            SystemCall.Close,
            SystemCall.EpollWait);

    /// <summary>Checks that the scene made all of these calls, so that each of them failed once.</summary>
    private static void AssertFailed(string report, params SystemCall[] calls) =>
        Assert.All(calls, call => Assert.Contains($" {call} ", report, StringComparison.Ordinal));

    private static void FailServer() => FailEachCallAsync(ServeOneAsync).GetAwaiter().GetResult();

    private static void FailConnector() => FailEachCallAsync(ConnectOnceAsync).GetAwaiter().GetResult();

    private static async Task FailEachCallAsync(Func<ActorSystem, Task> scene)
    {
        AppContext.SetData(ISystemCallFaults.Key, Faults);
        var config = BootstrapSetup.Create().WithConfig($$"""
            actortcp {
              loops = {{Environment.GetEnvironmentVariable(Loops)}}
              listener.accept-backoff-min = 1ms
              connection.send-queue-bytes = 64MiB
            }
            akka { loglevel = ERROR, stdout-loglevel = OFF }
            """);
        using var system = ActorSystem.Create("faults", ActorSystemSetup.Create(config, ScriptedResolver.Setup()));
        var errors = new Events();
        var log = system.ActorOf(Props.Create(() => new Recorder(errors)));
        system.EventStream.Subscribe(log, typeof(Error));
        await scene(system);
        var hit = new HashSet<string>();
        var descriptors = OpenDescriptors.Count();
        _ = await FailEachAsync(system, scene, descriptors, CountedCalls.OnLoops, hit);
        _ = await FailEachAsync(system, scene, descriptors, CountedCalls.Elsewhere, hit);
        await log.Ask<ActorIdentity>(new Identify(null), Limit);
        Assert.Empty(errors.Messages);

        var failedWaits = await FailEachAsync(system, scene, descriptors, CountedCalls.Waits, hit);
        await log.Ask<ActorIdentity>(new Identify(null), Limit);
        Assert.All(errors.Messages, error => Assert.Contains("epoll_wait", ((Error)error).Cause.Message, StringComparison.Ordinal));
        Assert.InRange(errors.Messages.Count, 1, failedWaits);
        Assert.Equal(0, Faults.BadCloses);

        Console.WriteLine($" {string.Join(" , ", hit)} .");
        await system.Terminate();
    }

    /// <summary>Returns how often a failure could not simply be retried.</summary>
    private static async Task<int> FailEachAsync(ActorSystem system, Func<ActorSystem, Task> scene, int descriptors, CountedCalls counted, HashSet<string> hit)
    {
        const int runsWithoutSoManyCalls = 5;
        var failures = 0;
        var last = 0;
        for (var nth = 1; nth <= last + runsWithoutSoManyCalls; nth++)
        {
            var kinds = 1;
            for (var kind = 0; kind < kinds; kind++)
            {
                Faults.Arm(nth, kind, counted);
                try
                {
                    await scene(system);
                    Faults.Disarm();
                    await Eventually.HoldsAsync(() => OpenDescriptors.Count() == descriptors, () => $"{OpenDescriptors.Count()} descriptors, not {descriptors}");
                    await Eventually.HoldsAsync(() => IsIdle(system), () => "a loop has registrations or leases left");
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"with call {nth}, {Faults.Fired}: {failure.Message}", failure);
                }

                kinds = Faults.Kinds;
                if (Faults.Fired is { } fired)
                {
                    hit.UnionWith([fired.OnLoop ? $"{fired.Call}" : $"taker's {fired.Call}", $"{fired.Call} {fired.Errno}"]);
                    failures += fired.Errno == Errno.EINTR ? 0 : 1;
                }
            }

            last = Faults.Count < nth ? last : nth;
        }

        Console.WriteLine($"{last} calls {counted}");
        return failures;
    }

    private static Task ServeOneAsync(ActorSystem system) => ServeOneAsync(system, new Scene());

    private static async Task ServeOneAsync(ActorSystem system, Scene scene)
    {
        var manager = system.ActorTcp().Manager;
        var record = new TokenedHandler.Record();
        var ended = new Events();
        var watcher = system.ActorOf(Props.Create(() => new Recorder(ended)));
        system.EventStream.Subscribe(watcher, typeof(ListenerProtocol.ConnectionClosed));
        var bind = scene.Bind(record);
        if (await manager.Ask(bind, Limit) is not ListenerProtocol.Bound bound)
        {
            Assert.NotNull(Faults.Fired);
            system.Stop(watcher);
            return;
        }

        var received = await TalkAsync(bound.LocalAddress.ToIPEndPoint(), scene);
        await Eventually.HoldsAsync(() => !ended.Messages.IsEmpty, () => "no ConnectionClosed");
        ListenerDescription? description = null;
        await Eventually.HoldsAsync(
            async () => (description = await DescribeAsync(bound)) is { Accepted: 1, Connections.Count: 0 },
            () => $"{description!.Accepted} connections are accepted, {description.Connections.Count} have not ended");
        await bound.Listener.Ask<ListenerProtocol.Unbound>(ListenerProtocol.Unbind.Instance, Limit);
        record.Check();
        var closed = Assert.IsType<ListenerProtocol.ConnectionClosed>(Assert.Single(ended.Messages)).Closed;
        CheckEnd(closed, received, scene);
        Assert.Equal(closed.Reason == CloseReason.Detached ? 1 : 0, scene.TakerRecord?.Count ?? 0);
        Assert.Empty(scene.TakerRecord?.Wrong ?? []);
        system.Stop(watcher);
    }

    private static async Task ConnectOnceAsync(ActorSystem system)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(LoopbackAddress.Next(), 0));
        server.Listen();
        Faults.BeginPeer();
        var record = new TokenedHandler.Record();
        var events = new Events();
        var owner = system.ActorOf(Props.Create(() => new Recorder(events)));
        var lookup = new TaskCompletionSource<IReadOnlyList<SockAddr>>();
        var connect = new ConnectorProtocol.Connect(new ScriptedResolver(_ => lookup.Task).Host, 9, Props.Create(() => new TokenedHandler(record, Bulk, End.Command, false)))
        {
            HandlerOptions = new HandlerOptions { KeepOpenOnPeerEof = true },
            QueueBytes = 100,
            Tls = IsTls ? ClientTls : null,
        };
        system.ActorTcp().Manager.Tell(connect, owner);
        await Eventually.HoldsAsync(() => !events.Messages.IsEmpty, () => "no event");
        var connector = Assert.IsType<ConnectorProtocol.Started>(events.Messages.First()).Connector;
        connector.Tell(new Send("1"), owner);
        connector.Tell(new Send("22", "through the connector"), owner);
        await connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit);
        lookup.SetResult([LoopbackAddress.Refusing, (IPEndPoint)server.LocalEndPoint!]);
        var accepting = server.AcceptAsync();
        await Eventually.HoldsAsync(() => events.HasEnded || accepting.IsCompleted, () => "neither connected nor failed");
        if (accepting.IsCompleted)
        {
            await TalkAfterHandshakeAsync(await accepting);
        }
        else
        {
            // It may have been accepted meanwhile, and would stay open until it is collected.
            server.Dispose();
            _ = accepting.ContinueWith(accepted => accepted.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        await Eventually.HoldsAsync(() => events.HasEnded, () => "no last event");
        var messages = events.Messages.ToList();
        Assert.Equal(messages.Count(message => message is ConnectorProtocol.Connected), messages.Count(message => message is ConnectorProtocol.Disconnected));
        Assert.Single(messages, message => message is ConnectorProtocol.ConnectFailed or ConnectorProtocol.Closed);
        Assert.Single(messages, message => message is ConnectionProtocol.Sent or ConnectionProtocol.SendFailed { Token: not null });
        if (messages.OfType<ConnectorProtocol.ConnectFailed>().SingleOrDefault() is { } failed)
        {
            // A TLS handshake may fail at the first address.
            Assert.True(failed.Attempts.Count == 2 || (IsTls && failed.Attempts.Count == 1), $"{failed}");
        }

        record.Check();
        system.Stop(owner);
    }

    /// <summary>Checks the end: it has the errno of the fault or, if the fault can be recovered from, is the intended end.</summary>
    private static void CheckEnd(ConnectionProtocol.Closed closed, int received, Scene scene)
    {
        if (Faults.Fired is { OnLoop: true, Call: SystemCall.Receive or SystemCall.Send or SystemCall.EpollAdd or SystemCall.EpollModify, Errno: not (Errno.EAGAIN or Errno.EINTR) and var errno }
            && closed.Reason == CloseReason.Error)
        {
            Assert.Equal(errno, closed.Errno);
            return;
        }

        if (Faults.Fired is not { Call: SystemCall.GetSockName })
        {
            Assert.Equal(scene.Reason, closed.Reason);
            if (scene.Reason is CloseReason.Closed or CloseReason.Detached)
            {
                Assert.Equal(scene.Total, received);
            }
        }
    }

    /// <summary>Talks as the server of a connector.</summary>
    private static async Task TalkAfterHandshakeAsync(Socket accepted)
    {
        if (!IsTls)
        {
            await TalkAsync(accepted, new Scene());
            return;
        }

        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            using var relay = await TlsRelay.AcceptAsync(accepted, ReceiveBuffer, deadline.Token);
            await TalkAsync(relay.Client, new Scene());
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The fault has ended the handshake.
        }
    }

    private static async Task<int> TalkAsync(IPEndPoint server, Scene scene)
    {
        Faults.BeginPeer();
        if (IsTls)
        {
            return await TalkOverTlsAsync(server, scene);
        }

        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server);
        }
        catch (SocketException)
        {
            // The fault came before this side noticed that it was connected.
            socket.Dispose();
            return 0;
        }

        return await TalkAsync(socket, scene);
    }

    private static async Task<int> TalkOverTlsAsync(IPEndPoint server, Scene scene)
    {
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            using var relay = await TlsRelay.ConnectAsync(server, ReceiveBuffer, deadline.Token);
            return await TalkAsync(relay.Client, scene);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            // The fault came before the end of the handshake.
            return 0;
        }
    }

    /// <summary>The peer sends hello, reads the greeting, half closes and reads to the end. Returns the number of bytes that it read.</summary>
    private static async Task<int> TalkAsync(Socket socket, Scene scene)
    {
        using var deadline = new CancellationTokenSource(Limit);
        var count = 0;
        var ending = Task.CompletedTask;
        try
        {
            await socket.SendAsync(scene.Hello, deadline.Token);
            var buffer = new byte[200_000];
            var ended = false;
            while (await socket.ReceiveAsync(buffer, deadline.Token) is var received and > 0)
            {
                count += received;
                if (!ended && count >= scene.Greeting)
                {
                    ended = true;
                    ending = EndSideAsync(socket);
                }
            }
        }
        catch (SocketException)
        {
            // The fault has closed the connection.
        }

        Faults.StopAwaiting();
        await ending;
        socket.Dispose();
        return count;
    }

    private static async Task EndSideAsync(Socket socket)
    {
        await Faults.Received;
        Faults.HasPeerEnded = true;
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The fault has closed the connection.
        }
    }

    private static bool IsIdle(ActorSystem system)
    {
        var loops = system.ActorTcp().Loops;
        return Enumerable.Range(0, loops.Count).All(i => loops[i].Poller.Count == 1 && loops[i].Slabs.IsUnused);
    }

    private sealed class Events
    {
        public ConcurrentQueue<object> Messages { get; } = [];

        public bool HasEnded { get; set; }
    }

    /// <summary>Keeps its messages. It has ended when one of them shows that the connector has stopped.</summary>
    private sealed class Recorder : ReceiveActor
    {
        public Recorder(Events events)
        {
            Receive<Terminated>(_ => events.HasEnded = true);
            ReceiveAny(message =>
            {
                if (message is ConnectorProtocol.Started started)
                {
                    Context.Watch(started.Connector);
                }

                events.Messages.Enqueue(message);
            });
        }
    }
}
