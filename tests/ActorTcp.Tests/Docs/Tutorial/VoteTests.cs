using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using ActorTcp;
using ActorTcp.Framing;
using ActorTcp.Sockets;

namespace ActorTcp.Tests.Docs.Tutorial;

/// <summary>The third file of docs/tutorial.md.</summary>
public sealed class VoteTests : TestKit
{
    private static readonly SockAddr AnyPort = SockAddr.Parse("127.0.0.1:0");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly IActorRef _votes;

    public VoteTests() => _votes = Sys.ActorOf(Props.Create<Votes>(), "votes");

    [Fact]
    public void Each_vote_is_answered_with_the_count()
    {
        var connection = CreateTestProbe();
        connection.IgnoreMessages<IHandlerAck>();
        var handler = Sys.ActorOf(Handler());

        handler.Tell(new ConnectionProtocol.Connected(connection.Ref, AnyPort, AnyPort));
        handler.Tell(Received.CopyOf("vote cats"u8));
        handler.Tell(Received.CopyOf("vote cats"u8, offset: 10));

        Assert.Equal("say: vote NAME, or: result", Text(connection.ExpectMsg<Send>(Limit)));
        Assert.Equal("cats 1", Text(connection.ExpectMsg<Send>(Limit)));
        Assert.Equal("cats 2", Text(connection.ExpectMsg<Send>(Limit)));
    }

    [Fact]
    public async Task Line_that_crashes_the_handler_loses_neither_the_connection_nor_later_lines()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Handler(), new HandlerOptions { Framing = new LineFraming(maxLength: 1024) }), TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        using var reader = new StreamReader(client.GetStream());
        using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };

        Assert.Equal("say: vote NAME, or: result", await reader.ReadLineAsync().WaitAsync(Limit));
        Assert.Equal("cats 1", await AnswerAsync("vote cats"));
        await EventFilter.Exception<IndexOutOfRangeException>().ExpectOneAsync(Limit, async () =>
            Assert.Equal("cannot do that: vote", await AnswerAsync("vote")));
        Assert.Equal("cats 1", await AnswerAsync("result"));

        async Task<string?> AnswerAsync(string line)
        {
            await writer.WriteAsync(line + "\n");
            return await reader.ReadLineAsync().WaitAsync(Limit);
        }
    }

    private static string Text(Send send) => Encoding.UTF8.GetString(send.Memory.Span);

    private Props Handler() => Props.Create(() => new VoteHandler(new Required(_votes)));

    private sealed record Required(IActorRef ActorRef) : IRequiredActor<Votes>
    {
        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }
}
