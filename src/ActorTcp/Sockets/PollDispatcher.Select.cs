using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Waiting for descriptors without calling a callback.</content>
public sealed partial class PollDispatcher
{
    private const short ReadReady = PollFd.In | PollFd.Hup | PollFd.Err;
    private const short WriteReady = PollFd.Out | PollFd.Hup | PollFd.Err;
    private const short ExceptReady = PollFd.Pri | PollFd.Hup | PollFd.Err;

    /// <summary>
    /// Waits until one of your descriptors or a registered one is ready, a time-out of a registered one is over, or an action is posted. It calls no
    /// callback: call <see cref="Poll"/> for that.
    /// </summary>
    /// <param name="user">Your descriptors.</param>
    /// <param name="timeout">The maximum time to wait; null waits without a limit, zero does not wait. Defaults to null.</param>
    /// <returns>
    /// Those of your descriptors that are ready. The sets are empty if the time is over, or if <see cref="Poll"/> has something to call. Null with
    /// <see cref="Errno.EBADF"/> if one of your descriptors is not open, or with <see cref="Errno.EINVAL"/> for a negative time-out.
    /// </returns>
    /// <exception cref="ArgumentNullException">The sets are null.</exception>
    /// <exception cref="InvalidOperationException">Called inside a callback, from two threads at a time, or on the dispatcher of a poll loop.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public FdSets? Select(FdSets user, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        BeginTurn();
        try
        {
            if (timeout < TimeSpan.Zero)
            {
                return LastError.Null<FdSets>(Errno.EINVAL);
            }

            SweepClosed();
            var descriptors = ToPoll(user);
            var errno = WaitFor(descriptors, Deadline.After(BeginSleep() ? UntilTimer(timeout) : TimeSpan.Zero));
            return errno == Errno.None ? Ready(user, descriptors) : LastError.Null<FdSets>(errno);
        }
        finally
        {
            _waker!.EndSleep();
            EndTurn();
        }
    }

    /// <summary>The user's descriptors, each once, and last the dispatcher's own, which is readable when any registered one is ready.</summary>
    private PollFd[] ToPoll(FdSets user)
    {
        var asked = new SortedDictionary<int, short>();
        Ask(user.Reads, PollFd.In);
        Ask(user.Writes, PollFd.Out);
        Ask(user.Excepts, PollFd.Pri);
        return [.. asked.Select(pair => new PollFd { Fd = pair.Key, Events = pair.Value }), new PollFd { Fd = Poller.Descriptor, Events = PollFd.In }];

        void Ask(ISet<int> descriptors, short events)
        {
            foreach (var fd in descriptors)
            {
                asked[fd] = (short)(asked.GetValueOrDefault(fd) | events);
            }
        }
    }

    /// <summary>The shorter of a time-out and the time until the first timer is due.</summary>
    private TimeSpan? UntilTimer(TimeSpan? timeout)
    {
        if (_timers.Count == 0)
        {
            return timeout;
        }

        var left = TimeSpan.FromMilliseconds(Math.Max(0, _timers.FirstDue() - Clock));
        return timeout < left ? timeout : left;
    }

    private static unsafe Errno WaitFor(PollFd[] descriptors, Deadline deadline)
    {
        fixed (PollFd* start = descriptors)
        {
            int ready;
            do
            {
                ready = Libc.Poll(start, (nuint)descriptors.Length, deadline.RemainingMilliseconds);
                if (ready < 0 && LastError.OfLibc is var errno and not Errno.EINTR)
                {
                    return errno;
                }
            }
            while (ready < 0 || (ready == 0 && !deadline.IsOver));
        }

        // poll(2) ignores a negative number.
        return Array.Exists(descriptors, descriptor => descriptor.Fd < 0 || (descriptor.Returned & PollFd.Invalid) != 0)
            ? Errno.EBADF
            : Errno.None;
    }

    private static FdSets Ready(FdSets user, PollFd[] descriptors)
    {
        var ready = new FdSets();
        foreach (var descriptor in descriptors.AsSpan()[..^1])
        {
            Note(user.Reads, ready.Reads, ReadReady, descriptor);
            Note(user.Writes, ready.Writes, WriteReady, descriptor);
            Note(user.Excepts, ready.Excepts, ExceptReady, descriptor);
        }

        return ready;

        static void Note(ISet<int> asked, ISet<int> ready, short events, PollFd descriptor)
        {
            if ((descriptor.Returned & events) != 0 && asked.Contains(descriptor.Fd))
            {
                ready.Add(descriptor.Fd);
            }
        }
    }
}
