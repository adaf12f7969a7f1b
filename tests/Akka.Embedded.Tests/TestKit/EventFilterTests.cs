using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Expecting and muting what is logged.</summary>
public sealed class EventFilterTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    public EventFilterTests() : base("akka.loglevel = DEBUG, akka.test.filter-leeway = 200ms")
    {
    }

    private Func<Task> Logs(Action<ILoggingAdapter> action) => () =>
    {
        action(Log);
        return Task.CompletedTask;
    };

    /// <summary>As above; the listener has seen it when it has seen what is logged after it.</summary>
    private Func<Task> LogsAndIsSeen(Action<ILoggingAdapter> action) => async () =>
    {
        action(Log);
        await EventFilter.Info("after").ExpectOneAsync(Limit, Logs(l => l.Info("after")));
    };

    [Fact]
    public async Task Each_level_has_its_filter()
    {
        await EventFilter.Debug("d").ExpectOneAsync(Limit, Logs(l => l.Debug("d")));
        await EventFilter.Info("i").ExpectOneAsync(Limit, Logs(l => l.Info("i")));
        await EventFilter.Warning("w").ExpectOneAsync(Limit, Logs(l => l.Warning("w")));
        await EventFilter.Error("e").ExpectOneAsync(Limit, Logs(l => l.Error("e")));
        await EventFilter.ForLogLevel(LogLevel.InfoLevel, "f").ExpectOneAsync(Limit, Logs(l => l.Info("f")));
    }

    [Fact]
    public async Task The_text_can_be_given_whole_or_by_start_part_or_pattern()
    {
        await EventFilter.Warning(start: "some").ExpectOneAsync(Limit, Logs(l => l.Warning("some text")));
        await EventFilter.Warning(contains: "me te").ExpectOneAsync(Limit, Logs(l => l.Warning("some text")));
        await EventFilter.Warning(new Regex("^so.* t")).ExpectOneAsync(Limit, Logs(l => l.Warning("some text")));
        await EventFilter.Warning().ExpectOneAsync(Limit, Logs(l => l.Warning("any")));
    }

    [Fact]
    public async Task The_source_can_be_given_as_a_path()
    {
        await EventFilter.Info(source: "/user/a").ExpectAsync(1, Limit, () =>
        {
            Sys.EventStream.Publish(new Info("akka://other/user/a", typeof(string), "m"));
            Sys.EventStream.Publish(new Info("akka://other/user/b", typeof(string), "m"));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task An_exception_is_matched_by_its_type_and_text()
    {
        await EventFilter.Exception<Boom>().ExpectOneAsync(Limit, Logs(l => l.Error(new Boom("x"), "m")));
        await EventFilter.Exception<Boom>("m").ExpectOneAsync(Limit, Logs(l => l.Error(new Boom("x"), "m")));
        // The text may be the log's or the exception's own.
        await EventFilter.Exception<Boom>(contains: "x").ExpectOneAsync(Limit, Logs(l => l.Error(new Boom("x"), "m")));
        await EventFilter.Exception<Exception>().ExpectAsync(0, Short, Logs(l => l.Error("no exception")));
    }

    [Fact]
    public async Task A_predicate_can_do_as_well()
    {
        await EventFilter.Custom(e => e.LogLevel() == LogLevel.InfoLevel).ExpectOneAsync(Limit, Logs(l => l.Info("m")));
        await EventFilter.Custom<Warning>(w => w.Message.ToString() == "m").ExpectOneAsync(Limit, Logs(l => l.Warning("m")));
    }

    [Fact]
    public async Task Dead_letters_can_be_filtered_by_message()
    {
        await EventFilter.DeadLetter().ExpectOneAsync(Limit, Tells(1));
        await EventFilter.DeadLetter<int>().ExpectOneAsync(Limit, Tells(1, "s"));
        await EventFilter.DeadLetter<int>(i => i > 1).ExpectOneAsync(Limit, Tells(1, 2));
    }

    private Func<Task> Tells(params object[] messages) => () =>
    {
        foreach (var message in messages)
            Sys.DeadLetters.Tell(message);
        return Task.CompletedTask;
    };

    [Fact]
    public async Task Too_few_fail_with_the_count()
    {
        var error = await Assert.ThrowsAnyAsync<XunitException>(
            () => EventFilter.Info("m").ExpectAsync(3, Short, LogsAndIsSeen(l => l.Info("m"))));
        Assert.Contains("Only received 1/3 messages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_fail_with_the_count()
    {
        var error = await Assert.ThrowsAnyAsync<XunitException>(() => EventFilter.Info("m").ExpectAsync(1, LogsAndIsSeen(l =>
        {
            l.Info("m");
            l.Info("m");
        })));
        Assert.Contains("Received 1 message too many", error.Message, StringComparison.Ordinal);
        Assert.Contains("Expected 1 message but received 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_can_be_expected()
    {
        await EventFilter.Info("m").ExpectAsync(0, Logs(l => l.Info("other")));
        await Assert.ThrowsAnyAsync<XunitException>(() => EventFilter.Info("m").ExpectAsync(0, LogsAndIsSeen(l => l.Info("m"))));
    }

    [Fact]
    public void A_value_can_come_out_of_the_block()
        => Assert.Equal(3, EventFilter.Info("m").ExpectOne(Limit, () =>
        {
            Log.Info("m");
            return 3;
        }));

    [Fact]
    public async Task Filters_can_be_joined()
        => await EventFilter.Info("a").And.Warning("b").ExpectAsync(2, Limit, Logs(l =>
        {
            l.Info("a");
            l.Warning("b");
            l.Info("c");
        }));

    [Fact]
    public async Task A_muted_event_is_not_seen_by_filters_that_came_later()
    {
        var muted = EventFilter.Info("m").Mute();
        await EventFilter.Info("m").ExpectAsync(0, Logs(l => l.Info("m")));
        muted.Unmute();
        await EventFilter.Info("m").ExpectOneAsync(Limit, Logs(l => l.Info("m")));
        await EventFilter.Info("n").MuteAsync(Logs(l => l.Info("n")));
        EventFilter.Info("n").Mute(() => Log.Info("n"));
    }

    [Fact]
    public async Task Another_systems_log_can_be_filtered()
    {
        var other = ActorSystem.Create("other", Sys.Settings.Config);
        try
        {
            await CreateEventFilter(other).Info("m").ExpectOneAsync(Limit, () =>
            {
                other.Log.Info("m");
                return Task.CompletedTask;
            });
        }
        finally
        {
            Shutdown(other);
        }
        Assert.True(other.WhenTerminated.IsCompleted);
    }
}
