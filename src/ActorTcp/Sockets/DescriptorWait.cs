using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <summary>Waits for one descriptor with poll(2), as the synchronous calls do.</summary>
internal static unsafe class DescriptorWait
{
    /// <summary>None when there is something to try again for (an error included: the call itself then tells which), EAGAIN when the time ran out.</summary>
    public static Errno Until(int fd, short events, Deadline deadline)
    {
        var descriptor = new PollFd { Fd = fd, Events = events };
        while (true)
        {
            var remaining = deadline.RemainingMilliseconds;
            var ready = Libc.Poll(&descriptor, 1, remaining);
            if (ready > 0)
            {
                return (descriptor.Returned & PollFd.Invalid) == 0 ? Errno.None : Errno.EBADF;
            }

            if (ready == 0)
            {
                if (remaining == 0 || deadline.RemainingMilliseconds == 0)
                {
                    return Errno.EAGAIN;
                }
            }
            else if (LastError.OfLibc is var errno and not Errno.EINTR)
            {
                return errno;
            }
        }
    }
}
