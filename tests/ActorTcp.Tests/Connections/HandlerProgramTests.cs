using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace ActorTcp.Tests.Connections;

/// <summary>Whatever handlers do with their messages: no byte reaches another connection, no other connection ends, and all memory is released.</summary>
public abstract class HandlerProgramTests(ITestOutputHelper output, int loops)
    : ConnectionTestKit(output, "akka.loglevel = OFF\nakka.stdout-loglevel = OFF", loops, stillClock: false)
{
    private const int Messages = 12;
    private const int MostBytes = 3000;
    private const int HeaderLength = 4;

    private static readonly LengthPrefixFraming Frames = new(LengthField.FourBytes, 100_000);

    [Fact]
    public void Any_handler_program_harms_no_other_connection_and_returns_all_memory()
    {
        var worker = Sys.ActorOf(Props.Create<HandlerArena.Worker>());

        Properties.Check(Output!, Arb.From(AnyProgram, Shorter), program => RunAsync(program, worker).GetAwaiter().GetResult(), Programs);
    }

    protected virtual int Programs => 200;

    private static Gen<HandlerProgram> AnyProgram =>
        from isTcpHandler in Gen.Elements(true, true, false)
        from onPool in Gen.Elements(false, true)
        from isFramed in Gen.Elements(false, true)
        from actions in Gen.NonEmptyListOf(Gen.Elements(Enum.GetValues<HandlerAction>()))
        select new HandlerProgram(isTcpHandler, onPool, isFramed, [.. actions]);

    private int HeldSlabs => Enumerable.Range(0, Sys.ActorTcp().LoopCount).Sum(loop => Sys.ActorTcp().Loops[loop].LeaseChecks!.HeldSlabs);

    private static IEnumerable<HandlerProgram> Shorter(HandlerProgram program)
    {
        for (var i = 0; program.Actions.Length > 1 && i < program.Actions.Length; i++)
        {
            yield return program with { Actions = [.. program.Actions[..i], .. program.Actions[(i + 1)..]] };
        }
    }

    private async Task RunAsync(HandlerProgram program, IActorRef worker)
    {
        var held = HeldSlabs;
        var arena = new HandlerArena(program, worker);
        var props = program.IsTcpHandler
            ? Props.Create(() => new HandlerArena.Handler(arena))
            : Props.Create(() => new HandlerArena.PlainHandler(arena));
        var bind = new ListenerProtocol.Bind(
            AnyPort,
            program.OnPool ? props.WithDispatcher("akka.actor.default-dispatcher") : props,
            new HandlerOptions { Supervision = new OneForOneStrategy(_ => Directive.Restart), Framing = program.IsFramed ? Frames : null });
        Sys.ActorTcp().Manager.Tell(WithTls(bind), TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        var clients = new List<Client>();
        for (var id = 0; id < HandlerArena.Clients; id++)
        {
            clients.Add(new Client(id, arena, program.IsFramed, await ConnectAsync(id, arena, bound.LocalAddress.ToIPEndPoint())));
        }

        await Task.WhenAll(clients.Select(client => client.SendStreamAsync()));
        arena.IsEnding = true;
        await Task.WhenAll(clients.Select(client => client.EndAsync()));
        clients.ForEach(client => client.Dispose());

        await UntilAsync(async () => (await DescribeListenerAsync(bound)).Connections.Count == 0);
        _ = await worker.Ask<ActorIdentity>(new Identify(null), Limit);
        arena.CheckKept();
        Assert.Empty(arena.Faults);
        await AwaitConditionAsync(() => Task.FromResult(HeldSlabs == held), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(5), $"{HeldSlabs} slabs are held, {held} before");
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);
    }

    private async Task<Socket> ConnectAsync(int client, HandlerArena arena, IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        arena.Expect(client, ((IPEndPoint)socket.LocalEndPoint!).Port);
        await socket.ConnectAsync(server, LimitToken());
        return await OverTlsOrNotAsync(socket);
    }

    private static Task<ListenerDescription> DescribeListenerAsync(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    /// <summary>Sends a stream that identifies its client, and checks the echoed bytes.</summary>
    private sealed class Client(int id, HandlerArena arena, bool isFramed, Socket socket) : IDisposable
    {
        private readonly Random _random = new(id);
        private Task? _reading;

        public async Task SendStreamAsync()
        {
            _reading = isFramed ? ReadFramesAsync() : ReadAsync();
            var offset = 0L;
            for (var i = 0; i < Messages; i++)
            {
                var bytes = new byte[_random.Next(1, MostBytes)];
                HandlerArena.Fill(bytes, id, offset);
                offset += bytes.Length;
                await SendAsync(bytes);
                await Task.Yield();
            }
        }

        /// <summary>Sends the last byte, waits for its echo, which shows that the connection works, and closes.</summary>
        public async Task EndAsync()
        {
            await SendAsync([HandlerArena.EndOf(id)]);
            await _reading!;
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(new byte[64 * 1024], LimitToken()) > 0)
            {
            }

        }

        public void Dispose() => socket.Dispose();

        private async Task SendAsync(byte[] payload)
        {
            var header = new byte[isFramed ? HeaderLength : 0];
            if (isFramed)
            {
                BinaryPrimitives.WriteInt32BigEndian(header, payload.Length);
            }

            await ConnectionTestKit.SendAsync(socket, (byte[])[.. header, .. payload]);
        }

        private async Task ReadFramesAsync()
        {
            while (true)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(await ConnectionTestKit.ReadAsync(socket, HeaderLength));
                Assert.InRange(length, 1, MostBytes);
                var payload = await ConnectionTestKit.ReadAsync(socket, length);
                var sender = payload[0] >> 6;
                Assert.True(HandlerArena.FirstUnexpected(sender, payload) < 0, $"client {id} got a mixed frame: {Convert.ToHexString(payload)}");
                if (payload[^1] == HandlerArena.EndOf(id))
                {
                    return;
                }
            }
        }

        private async Task ReadAsync()
        {
            var buffer = new byte[64 * 1024];
            var breaks = 0;
            var last = -1;
            for (var hasEnded = false; !hasEnded;)
            {
                var count = await socket.ReceiveAsync(buffer, LimitToken());
                Assert.True(count > 0, $"the connection of client {id} ended");
                for (var i = 0; i < count; i++)
                {
                    // Within the bytes of one Send, all bytes are those of one stream.
                    breaks += last >= 0 && HandlerArena.FirstUnexpected(last >> 6, [(byte)last, buffer[i]]) >= 0 ? 1 : 0;
                    last = buffer[i];
                    hasEnded |= last == HandlerArena.EndOf(id);
                }

                Assert.True(breaks <= arena.SendsTo(id), $"client {id} got {breaks + 1} pieces of {arena.SendsTo(id)} sends");
            }
        }
    }

    public sealed class OneLoop(ITestOutputHelper output) : HandlerProgramTests(output, loops: 1);

    public sealed class TwoLoops(ITestOutputHelper output) : HandlerProgramTests(output, loops: 2);

    public sealed class OverTlsOnTwoLoops(ITestOutputHelper output) : HandlerProgramTests(output, loops: 2)
    {
        private protected override bool OverTls => true;

        protected override int Programs => 50;
    }
}
