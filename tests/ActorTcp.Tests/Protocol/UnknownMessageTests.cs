using Akka.Event;

namespace ActorTcp.Tests.Protocol;

/// <summary>A message that an actor of ActorTcp does not handle is answered, and published like any unhandled message of Akka.</summary>
public sealed class UnknownMessageTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Theory]
    [InlineData("manager")]
    [InlineData("listener")]
    [InlineData("connector")]
    [InlineData("connection")]
    public async Task Unknown_message_fails_the_Ask_at_once_and_is_published(string receiver)
    {
        var unhandled = CreateTestProbe();
        Sys.EventStream.Subscribe(unhandled, typeof(UnhandledMessage));
        var actor = await MakeAsync(receiver);

        var failure = await Assert.ThrowsAsync<UnknownMessageException>(() => actor.Ask<object>("no such message", Limit));

        Assert.Equal(("no such message", Errno.EINVAL), (failure.Unknown, failure.Errno));
        Assert.Contains("String", failure.Message, StringComparison.Ordinal);
        unhandled.FishForMessage<UnhandledMessage>(message => message.Message is "no such message" && message.Recipient.Equals(actor), Limit);
    }

    [Theory]
    [InlineData("manager")]
    [InlineData("listener")]
    [InlineData("connector")]
    [InlineData("connection")]
    public async Task Failure_and_messages_of_Akka_get_no_answer(string receiver)
    {
        var actor = await MakeAsync(receiver);
        var sender = CreateTestProbe();

        sender.Send(actor, new Status.Failure(new InvalidOperationException("of the sender")));
        sender.Send(actor, new ActorIdentity(null, actor));
        sender.Send(actor, new Identify("answered by Akka"));

        Assert.Equal("answered by Akka", (await sender.ExpectMsgAsync<ActorIdentity>(Limit)).MessageId);
    }

    [Fact]
    public async Task Message_of_another_protocol_is_named_in_the_failure()
    {
        var failure = await Assert.ThrowsAsync<UnknownMessageException>(() =>
            Sys.ActorTcp().Manager.Ask<object>(ListenerProtocol.Unbind.Instance, Limit));

        Assert.Contains("ListenerProtocol.Unbind", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pausing_a_listener_that_is_unbound_fails_with_EBADF()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 100, 1, 100, LimitToken());
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);

        bound.Listener.Tell(ListenerProtocol.PauseAccepting.Instance, TestActor);
        bound.Listener.Tell(ListenerProtocol.ResumeAccepting.Instance, TestActor);

        Assert.Equal(Errno.EBADF, ExpectMsg<ListenerProtocol.CommandFailed>(Limit).Errno);
        Assert.IsType<ListenerProtocol.ResumeAccepting>(ExpectMsg<ListenerProtocol.CommandFailed>(Limit).Command);
    }

    private async Task<IActorRef> MakeAsync(string receiver)
    {
        switch (receiver)
        {
            case "manager":
                return Sys.ActorTcp().Manager;
            case "listener":
                return Listen(Props.Create<EchoHandler>()).Listener;
            case "connector":
                return Start(To(Refusing) with { Reconnect = Late });
            default:
                return (await AcceptAsync()).Connection;
        }
    }
}
