using Akka.Actor;
using Akka.Configuration;
using Akka.IO;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>
/// The TCP module of Akka.NET, which users of Akka.NET have without ActorTcp. Its handler writes without Ack:
/// the connection actor queues the writes without a limit, so no byte is lost, and an Ack would be one more message per echo.
/// </summary>
internal sealed class AkkaIoPeer : ManagedPeer
{
    private const int Backlog = 1024;

    private static readonly TimeSpan BindLimit = TimeSpan.FromSeconds(10);

    public override string Name => "akka-io";

    public override string Description =>
        "Akka.IO of the same Akka.NET: direct buffer pool, buffers and frames of 16 KiB, socket buffers twice as large, a backlog of 1,024, 64 accepts at once; Tcp.Write without Ack; its own dispatchers.";

    internal override async Task<IEchoServer> StartAsync(int port, int loops)
    {
        var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("""
            akka.loglevel = WARNING
            akka.io.tcp {
              buffer-pool = "akka.io.tcp.direct-buffer-pool"
              direct-buffer-pool.buffer-size = 16384
              batch-accept-limit = 64
              maximum-frame-size = 16384b
              receive-buffer-size = 32768b
              send-buffer-size = 32768b
            }
            """));
        IActorRef acceptor = system.ActorOf(Props.Create<AkkaIoAcceptor>(), "acceptor");
        object answer = await system.Tcp().Ask<object>(
            new Akka.IO.Tcp.Bind(acceptor, new IPEndPoint(IPAddress.Loopback, port), Backlog), BindLimit);
        return answer is Akka.IO.Tcp.Bound bound
            ? new ActorSystemServer(system, ((IPEndPoint)bound.LocalAddress).Port)
            : throw new PeerException($"{Name}: {answer}");
    }
}

/// <summary>Makes a handler for each accepted connection.</summary>
internal sealed class AkkaIoAcceptor : ReceiveActor
{
    public AkkaIoAcceptor() => Receive<Akka.IO.Tcp.Connected>(_ =>
        Sender.Tell(new Akka.IO.Tcp.Register(Context.ActorOf(Props.Create<AkkaIoEchoHandler>()))));
}

/// <summary>Sends the received bytes back to its connection, and stops when the connection ends.</summary>
internal sealed class AkkaIoEchoHandler : ReceiveActor
{
    public AkkaIoEchoHandler()
    {
        Receive<Akka.IO.Tcp.Received>(received => Sender.Tell(Akka.IO.Tcp.Write.Create(received.Data)));
        Receive<Akka.IO.Tcp.ConnectionClosed>(_ => Context.Stop(Self));
    }
}
