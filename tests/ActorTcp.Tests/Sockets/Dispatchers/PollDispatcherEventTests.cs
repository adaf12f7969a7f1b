namespace ActorTcp.Tests.Sockets.Dispatchers;

/// <summary>Events with a typed argument, and removing all events.</summary>
public sealed class PollDispatcherEventTests
{
    [Fact]
    public void Typed_event_passes_the_argument_to_its_callbacks_without_a_cast()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var calls = new List<string>();
        IoEvent<Tcp> ev = dispatcher.Event(
            IoMethod.Write,
            pair.Client.SockFd,
            (tcp, self) =>
            {
                calls.Add($"callback {tcp.SockFd == self.Fd}");
                return false;
            },
            (tcp, self) => calls.Add($"errback {tcp == self.Arg}"),
            pair.Client);
        Assert.True(dispatcher.Add(ev));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal(["callback True", "errback True"], calls);
        Assert.False(dispatcher.Listening(ev));
    }

    [Fact]
    public void Argument_of_a_typed_event_can_be_changed_under_both_of_its_types()
    {
        using var dispatcher = new PollDispatcher();
        var ev = dispatcher.Event(IoMethod.Read, 0, (int number, IoEvent<int> _) => number > 0, arg: 1);
        IoEvent untyped = ev;

        ev.Arg = 2;
        Assert.Equal(2, untyped.Arg);
        untyped.Arg = 3;
        Assert.Equal(3, ev.Arg);
        Assert.Throws<InvalidCastException>(() => untyped.Arg = "4");
    }

    [Fact]
    public void Exception_of_a_typed_callback_is_in_the_events_Error()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        Exception? error = null;
        Assert.True(dispatcher.Add(dispatcher.Event(
            IoMethod.Write,
            pair.Client.SockFd,
            (_, _) => throw new InvalidOperationException("mine"),
            (_, self) => error = self.Error,
            pair)));

        Assert.Equal(1, dispatcher.Poll(TcpPair.Limit));
        Assert.Equal("mine", error?.Message);
    }

    [Fact]
    public void RemoveAll_removes_every_event_and_Remove_of_null_none()
    {
        using var dispatcher = new PollDispatcher();
        using var pair = new TcpPair();
        var first = PollDispatcherTests.Ignoring(dispatcher, IoMethod.Write, pair.Client.SockFd);
        var second = PollDispatcherTests.Ignoring(dispatcher, IoMethod.Read, pair.Accepted.SockFd);
        Assert.True(dispatcher.Add(first) && dispatcher.Add(second));

        IoEvent? forgotten = null;
        Assert.Throws<ArgumentNullException>(() => dispatcher.Remove(forgotten!));
        Assert.True(dispatcher.Listening(first) && dispatcher.Listening(second));
        Assert.True(dispatcher.RemoveAll());
        Assert.False(dispatcher.Listening(first) || dispatcher.Listening(second));
        Assert.False(dispatcher.RemoveAll());
        Assert.True(dispatcher.Add(first));
        Assert.True(dispatcher.Remove());
    }
}
