using Akka.Actor;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Expecting messages, and what is said when they do not come.</summary>
public sealed class ExpectTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private static async Task<string> Failure(Func<Task> action) => (await Assert.ThrowsAnyAsync<XunitException>(action)).Message;

    private static void AssertContains(string part, string text) => Assert.Contains(part, text, StringComparison.Ordinal);

    [Fact]
    public async Task A_message_can_be_expected_by_type_by_value_and_by_predicate()
    {
        TestActor.Tell(1);
        Assert.Equal(1, await ExpectMsgAsync<int>());
        TestActor.Tell(2);
        Assert.Equal(2, await ExpectMsgAsync(2));
        TestActor.Tell(3);
        Assert.Equal(3, await ExpectMsgAsync<int>(i => i > 2));
        TestActor.Tell("s");
        Assert.Equal("s", ExpectMsg<string>());
        TestActor.Tell("t");
        Assert.Equal("t", ExpectMsg("t"));
        TestActor.Tell("u");
        Assert.Equal("u", ExpectMsg<string>(s => s.Length == 1));
    }

    [Fact]
    public async Task An_assertion_can_look_at_the_message_and_the_sender()
    {
        TestActor.Tell(5, TestActor);
        await ExpectMsgAsync<int>((m, sender) =>
        {
            Assert.Equal(5, m);
            Assert.Equal(TestActor, sender);
        });
        TestActor.Tell(6);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<int>(m => Assert.Equal(7, m)));
    }

    [Fact]
    public async Task Silence_fails_naming_the_type_and_the_time()
    {
        var text = await Failure(async () => await ExpectMsgAsync<int>(Short));
        AssertContains("00:00:00.05", text);
        AssertContains("System.Int32", text);
        AssertContains("while waiting for a message", text);
    }

    [Fact]
    public async Task The_wrong_type_fails_showing_what_came_instead()
    {
        TestActor.Tell("a text");
        var text = await Failure(async () => await ExpectMsgAsync<int>());
        AssertContains("Expected a message of type System.Int32", text);
        AssertContains("a text", text);
        AssertContains("System.String", text);
    }

    [Fact]
    public async Task The_wrong_value_fails_showing_both()
    {
        TestActor.Tell(3);
        var text = await Failure(async () => await ExpectMsgAsync(4));
        AssertContains("Expected: 4", text);
        AssertContains("Actual:   3", text);
    }

    [Fact]
    public async Task A_predicate_that_says_no_fails_with_the_message_and_the_hint()
    {
        TestActor.Tell(3);
        AssertContains("3", await Failure(async () => await ExpectMsgAsync<int>(i => i > 5)));
        TestActor.Tell(3);
        AssertContains("must be big", await Failure(async () => await ExpectMsgAsync<int>(i => i > 5, hint: "must be big")));
    }

    [Fact]
    public async Task ExpectNoMsg_fails_showing_what_came()
    {
        TestActor.Tell("unwanted");
        await Queued();
        AssertContains("unwanted", await Failure(async () => await ExpectNoMsgAsync(Short)));
        await ExpectNoMsgAsync(20);
        ExpectNoMsg(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task All_of_several_can_be_expected_in_any_order()
    {
        foreach (var i in new[] { 3, 1, 2 })
            TestActor.Tell(i);
        var received = new List<int>();
        await foreach (var i in ExpectMsgAllOfAsync([1, 2, 3]))
            received.Add(i);
        Assert.Equal([3, 1, 2], received);
    }

    [Fact]
    public async Task What_is_missing_of_all_is_named()
    {
        TestActor.Tell(1);
        TestActor.Tell(9);
        var text = await Failure(async () =>
        {
            await foreach (var _ in ExpectMsgAllOfAsync(Limit, [1, 2]))
            {
            }
        });
        AssertContains("not found [2]", text);
        AssertContains("found unexpected [9]", text);
    }

    [Fact]
    public async Task The_last_sender_is_known()
    {
        var probe = CreateTestProbe();
        TestActor.Tell("m", probe);
        await ExpectMsgAsync("m");
        Assert.Equal(probe.Ref, LastSender);
        TestActor.Tell("n", ActorRefs.NoSender);
        await ExpectMsgAsync("n");
        Assert.Equal(Sys.DeadLetters, LastSender);
    }

    [Fact]
    public async Task It_is_known_whether_messages_wait()
    {
        Assert.False(HasMessages);
        TestActor.Tell("m");
        await AwaitAssertAsync(() => Assert.True(HasMessages));
        await ExpectMsgAsync("m");
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task A_death_can_be_expected()
    {
        var one = Sys.ActorOf(Props.Empty);
        var two = Sys.ActorOf(Props.Empty);
        Watch(one);
        Sys.Stop(one);
        Assert.Equal(one, (await ExpectTerminatedAsync(one)).ActorRef);
        Watch(two);
        Sys.Stop(two);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectTerminatedAsync(one));
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectTerminatedAsync(one, Short));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource(Short);
        await Assert.ThrowsAnyAsync<Exception>(async () => await ExpectMsgAsync<int>(cancellationToken: cancellation.Token));
    }
}
