namespace ActorTcp.Tests.Protocol;

/// <summary>Adopt in a system that serializes messages and Props to find mistakes.</summary>
public sealed class AdoptionSerializationTests(ITestOutputHelper output)
    : TcpTestKit(output, "akka.loglevel = INFO\nakka.actor { serialize-messages = on, serialize-creators = on }")
{
    [Fact]
    public void Sockets_are_adopted_by_token_and_by_descriptor()
    {
        using var first = new TcpPair();
        using var second = new TcpPair();
        foreach (var (pair, adopt) in new[]
        {
            (first, new AdoptionProtocol.Adopt(first.Accepted.Detach()!, Props.Create<EchoHandler>(), "unread"u8.ToArray())),
            (second, new AdoptionProtocol.Adopt(second.Accepted.SockFd, Props.Create<EchoHandler>(), "unread"u8.ToArray())),
        })
        {
            Sys.ActorTcp().Manager.Tell(adopt, TestActor);

            ExpectMsg<AdoptionProtocol.Adopted>(Limit);
            Assert.Equal("unread"u8.ToArray(), TcpPair.RecvAll(pair.Client, 6));
        }
    }
}
