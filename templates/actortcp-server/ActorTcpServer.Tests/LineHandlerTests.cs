using System.Text;
using ActorTcp;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorTcpServer.Tests;

/// <summary>The handler alone: a probe takes the place of its connection.</summary>
public sealed class LineHandlerTests : TestKit
{
    private static readonly SockAddr Address = SockAddr.Parse("127.0.0.1:0");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Line_is_answered_in_upper_case()
    {
        var connection = CreateTestProbe();
        connection.IgnoreMessages<IHandlerAck>();
        var handler = Sys.ActorOf(Props.Create<LineHandler>());

        handler.Tell(new ConnectionProtocol.Connected(connection.Ref, Address, Address));
        handler.Tell(Received.CopyOf("hello"u8));

        Assert.Equal("Say something.", Text(connection.ExpectMsg<Send>(Limit)));
        Assert.Equal("HELLO", Text(connection.ExpectMsg<Send>(Limit)));
    }

    private static string Text(Send send) => Encoding.UTF8.GetString(send.Memory.Span);
}
