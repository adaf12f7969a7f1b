using System.Collections;
using Akka.Actor;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Taking messages without a fixed expectation.</summary>
public sealed class ReceiveTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private void TellAll(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message);
    }

    private static async Task<List<T>> All<T>(IAsyncEnumerable<T> source)
    {
        var items = new List<T>();
        await foreach (var item in source)
            items.Add(item);
        return items;
    }

    [Fact]
    public async Task One_message_or_null_can_be_received()
    {
        TellAll("m", "n");
        Assert.Equal("m", await ReceiveOneAsync(Limit));
        Assert.Equal("n", ReceiveOne(Limit));
        Assert.Null(await ReceiveOneAsync(Short));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public async Task One_message_can_be_tried_for_with_its_sender()
    {
        TellAll("m");
        var (success, envelope) = await TryReceiveOneAsync(Limit);
        Assert.True(success);
        Assert.Equal(("m", TestActor), (envelope.Message, envelope.Sender));
        (success, _) = await TryReceiveOneAsync(Short);
        Assert.False(success);
    }

    [Fact]
    public async Task A_number_of_messages_can_be_received_or_it_fails()
    {
        TellAll(1, 2, 3);
        Assert.Equal([1, 2, 3], await All(ReceiveNAsync(3)));
        TellAll(1);
        await Queued();
        var error = await Assert.ThrowsAnyAsync<XunitException>(() => All(ReceiveNAsync(2, Short)));
        Assert.Contains("Only got 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_can_be_received_while_a_filter_gives_a_value()
    {
        TellAll(1, 2, "end", 3);
        Assert.Equal(["1", "2"], await All(ReceiveWhileAsync<string>(m => m is int i ? $"{i}" : null!, max: Limit)));
        // The message that ended it is still there.
        await ExpectInOrder("end", 3);
    }

    [Fact]
    public async Task Or_while_a_predicate_on_their_type_holds()
    {
        TellAll(1, 2, 30, 3);
        Assert.Equal([1, 2], await All(ReceiveWhileAsync<int>(i => i < 10, max: Limit)));
        await ExpectInOrder(30, 3);
        TellAll(1, "other", 2, 30);
        Assert.Equal([1, 2], await All(ReceiveWhileAsync<int>(i => i < 10, max: Limit, shouldIgnoreOtherMessageTypes: true)));
        await ExpectMsgAsync(30);
    }

    [Fact]
    public async Task Or_up_to_a_number_of_them()
    {
        TellAll(1, 2, 3);
        Assert.Equal([1, 2], await All(ReceiveWhileAsync<object>(Limit, m => m, 2)));
        await ExpectMsgAsync(3);
    }

    [Fact]
    public async Task Or_until_none_has_come_for_a_while()
    {
        TellAll(1, 2);
        await Queued();
        Assert.Equal([1, 2], await All(ReceiveWhileAsync<object>(m => m, max: Limit, idle: Short)));
    }

    [Fact]
    public async Task Fishing_skips_to_the_message_that_is_looked_for()
    {
        TellAll(1, "a", 2, "b", 3);
        Assert.Equal("b", await FishForMessageAsync(m => m is "b"));
        await ExpectMsgAsync(3);
        TellAll(1, "a");
        Assert.Equal("a", FishForMessage(m => m is string));
        TellAll(1, 20);
        Assert.Equal(20, await FishForMessageAsync<int>(i => i > 10));
    }

    [Fact]
    public async Task Fishing_can_keep_what_it_skips()
    {
        var skipped = new ArrayList();
        TellAll(1, "a", 2);
        Assert.Equal(2, await FishForMessageAsync<int>(i => i == 2, skipped));
        Assert.Equal([1, "a"], skipped.ToArray());
    }

    [Fact]
    public async Task Fishing_in_vain_fails_with_the_hint()
    {
        TellAll(1);
        var error = await Assert.ThrowsAnyAsync<XunitException>(async () => await FishForMessageAsync(m => m is 2, Short, "no fish"));
        Assert.Contains("no fish", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_can_be_asserted_to_stay_away()
    {
        TellAll(1, 2);
        await FishUntilMessageAsync<string>(Short);
        TellAll(1, "s");
        await Assert.ThrowsAnyAsync<XunitException>(() => FishUntilMessageAsync<string>(Limit));
    }

    [Fact]
    public async Task Radio_silence_collects_everything_until_none_has_come_for_a_while()
    {
        TellAll(1, 2, 3);
        await Queued();
        Assert.Equal([1, 2, 3], (await WaitForRadioSilenceAsync(Short)).ToArray());
        TellAll(1, 2, 3);
        await Assert.ThrowsAnyAsync<XunitException>(() => WaitForRadioSilenceAsync(Limit, 1));
    }

    [Fact]
    public async Task Messages_can_be_ignored_by_predicate_or_type()
    {
        IgnoreMessages(m => m is int i && i < 10);
        TellAll(1, 20, "s");
        await ExpectInOrder(20, "s");
        IgnoreMessages<string>(s => s.Length > 1);
        TellAll("long", "s", 1);
        await ExpectInOrder("s", 1);
        IgnoreMessages<string>();
        TellAll("s", 2);
        await ExpectMsgAsync(2);
        IgnoreNoMessages();
        TellAll("s");
        await ExpectMsgAsync("s");
    }
}
