using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Waiting for descriptors without calling back.</content>
public sealed partial class PollDispatcher
{
    private const short ReadReady = PollFd.In | PollFd.Hup | PollFd.Err;
    private const short WriteReady = PollFd.Out | PollFd.Hup | PollFd.Err;
    private const short ExceptReady = PollFd.Pri | PollFd.Hup | PollFd.Err;

    /// <summary>
    /// Waits until one of the user's descriptors or of the registered ones is ready, or something is posted. Calls nobody
    /// back: <see cref="Poll"/> does.
    /// </summary>
    /// <param name="user">What the user waits for.</param>
    /// <param name="timeout">How long to wait at most; null: for ever, zero: not at all.</param>
    /// <returns>Those of the user's that are ready: none when the time ran out, or when something else is ready that <see cref="Poll"/> will call back. Null with <see cref="Errno.EBADF"/> where one of the user's is not open, <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="ArgumentNullException">No sets.</exception>
    /// <exception cref="InvalidOperationException">As <see cref="Poll"/>.</exception>
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
            var descriptors = Asked(user);
            var errno = WaitFor(descriptors, FallAsleep() ? Deadline.After(timeout) : Deadline.After(TimeSpan.Zero));
            return errno == Errno.None ? Ready(user, descriptors) : LastError.Null<FdSets>(errno);
        }
        finally
        {
            Volatile.Write(ref _sleeping, 0);
            EndTurn();
        }
    }

    /// <summary>The user's descriptors, each once, and last the dispatcher's own: readable when any registered one is ready.</summary>
    private PollFd[] Asked(FdSets user)
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

        // poll(2) passes a negative number over in silence.
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
