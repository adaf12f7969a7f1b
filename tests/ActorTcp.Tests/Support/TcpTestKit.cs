using System.Net;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using ActorTcp.Actors;
using ActorTcp.Sockets;
using Xunit.Abstractions;

namespace ActorTcp.Tests.Support;

/// <summary>Tests of the actors on real sockets: a system with two loops, and generous limits.</summary>
public abstract class TcpTestKit : TestKit
{
    /// <summary>Long enough for a machine that has much else to do; nothing waits for it to pass.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected TcpTestKit(ITestOutputHelper output, string config = "", int loops = 2)
        : base($"actortcp.loops = {loops}\nakka.test.single-expect-default = 30s\nakka.loglevel = DEBUG\n" + config, null, output)
    {
    }

    protected static CancellationToken LimitToken() => new CancellationTokenSource(Limit).Token;

    /// <summary>Binds a listener to a free port of the loopback.</summary>
    private protected ListenerProtocol.Bound Listen(Props? handler, int backlog = 0)
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!, handler, backlog), TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    private protected IPEndPoint ListenForEcho() => Listen(Props.Create<EchoHandler>()).LocalAddress.ToIPEndPoint();
}
