using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A call of <see cref="Tcp"/> with a callback, while it waits at a dispatcher. The dispatcher calls it in each turn in which the socket is ready.
/// It holds the socket, so the socket is not collected while the call waits. Used on the dispatcher's thread, except for members that say otherwise.
/// </summary>
/// <remarks>
/// The awaitable calls have another kind of wait, <see cref="ReadyWait"/>, because their owners differ. A callback belongs to the thread that polls its
/// dispatcher, and is level-triggered, as documented. An await must work on any thread, although no thread polls. It is registered once per socket,
/// edge-triggered, so that a wait needs no system call and no allocation.
/// </remarks>
internal abstract class CallbackWait(Tcp tcp, PollDispatcher dispatcher) : IReadyEntry
{
    private Registration? _registration;

    public Tcp Tcp { get; } = tcp;

    public PollDispatcher Dispatcher { get; } = dispatcher;

    /// <inheritdoc/>
    public abstract IoMethod Method { get; }

    /// <summary>
    /// Whether the dispatcher still calls it. False after <see cref="Disarm"/>, and after its descriptor was closed or the dispatcher was disposed. From any
    /// thread.
    /// </summary>
    public bool IsArmed => _registration is { IsAlive: true };

    /// <summary>Registers it with its dispatcher. Returns None, or the errno of the kernel.</summary>
    public Errno Arm()
    {
        _registration = Dispatcher.Register(Tcp.SockFd, this, once: false, out var errno);
        return errno;
    }

    /// <summary>Ends it. From any thread. Does not wait for a call that runs on the dispatcher's thread.</summary>
    public void Disarm()
    {
        if (_registration is { } registration)
        {
            registration.Kill();
            Dispatcher.SweepSoon(registration.Watch);
        }
    }

    /// <summary>Calls <see cref="OnDue"/> once after a time, if it is armed then.</summary>
    public void CallLater(TimeSpan time)
    {
        if (_registration is { IsAlive: true } registration)
        {
            Dispatcher.Schedule(registration, time);
        }
    }

    /// <summary>Stops or resumes the calls of <see cref="OnReady"/>. <see cref="OnDue"/> is called all the same.</summary>
    public void Pause(bool paused)
    {
        if (_registration is { IsAlive: true } registration)
        {
            registration.Pause(paused);
        }
    }

    /// <summary>The socket is ready. Returns the number of user callbacks that ran. Throws what they throw.</summary>
    public abstract int OnReady();

    /// <summary>The time of <see cref="CallLater"/> is over. Returns the number of user callbacks that ran. Throws what they throw.</summary>
    public abstract int OnDue();

    int IReadyEntry.OnReady(Registration registration) => OnReady();
}

/// <summary>An accept with a callback: accepts connections until it is ended.</summary>
internal sealed class AcceptWait(Tcp tcp, PollDispatcher dispatcher, Action<Tcp, SockAddr> callback) : CallbackWait(tcp, dispatcher)
{
    /// <summary>The maximum number of connections in one turn, so that other descriptors get their turn.</summary>
    private const int ConnectionsPerTurn = 64;

    /// <summary>The pause if the system is out of descriptors or memory for a connection.</summary>
    private static readonly TimeSpan PauseTime = TimeSpan.FromMilliseconds(100);

    public Action<Tcp, SockAddr> Callback { get; set; } = callback;

    public override IoMethod Method => IoMethod.Accept;

    public override int OnReady()
    {
        for (var accepted = 0; accepted < ConnectionsPerTurn; accepted++)
        {
            // The callback may have ended this wait, or closed the listener.
            if (!IsArmed)
            {
                return accepted;
            }

            if (Tcp.AcceptGuarded(out var remote, out var errno) is { } connection)
            {
                Callback(connection, remote!);
                continue;
            }

            switch (errno)
            {
                case Errno.EAGAIN:
                case Errno.EBADF when Tcp.SockFd < 0:
                    return accepted;
                case Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM:
                    // The connection stays in the backlog and the listener readable: without a pause this would spin.
                    Pause(true);
                    CallLater(PauseTime);
                    return accepted;
                default:
                    Disarm();
                    throw new IOException($"accept ended: {errno} ({Tcp.ErrorText(errno)})");
            }
        }

        return ConnectionsPerTurn;
    }

    public override int OnDue()
    {
        Pause(false);
        return 0;
    }
}

/// <summary>A connect with a callback. Calls it once, when the connect has succeeded or failed.</summary>
internal sealed class ConnectWait(Tcp tcp, PollDispatcher dispatcher, SockAddr remote, Action<Tcp, SockAddr?> callback) : CallbackWait(tcp, dispatcher)
{
    public override IoMethod Method => IoMethod.Connect;

    /// <summary>The errno of connect(2) itself. It is reported to the callback, like a later failure.</summary>
    public Errno AtOnce { get; init; }

    public override int OnReady()
    {
        // If connect(2) failed at once, epoll reports a hang-up of the socket, so this method is called.
        var errno = AtOnce != Errno.None ? AtOnce : Tcp.ConnectResult(remote);
        return errno == Errno.EINPROGRESS ? 0 : Finish(errno);
    }

    public override int OnDue()
    {
        Tcp.AbortConnect();
        return Finish(Errno.ETIMEDOUT);
    }

    private int Finish(Errno errno)
    {
        Disarm();
        if (Tcp.SockFd < 0)
        {
            return 0;
        }

        if (errno != Errno.None)
        {
            Tcp.NoteConnectError(errno);
            LastError.Fail(errno);
        }

        callback(Tcp, errno == Errno.None ? remote : null);
        return 1;
    }
}

/// <summary>Converts a callback that returns a task into one that returns nothing. The dispatcher handles the failure of the task.</summary>
internal sealed class TaskCallback<TRemote>(Func<Tcp, TRemote, Task> callback, PollDispatcher dispatcher)
{
    public void Call(Tcp tcp, TRemote remote) => CallbackTask.Watch(callback(tcp, remote), dispatcher);
}

/// <summary>Watches the task of a callback that has returned.</summary>
internal static class CallbackTask
{
    /// <summary>Passes the failure of the task to the dispatcher. If the dispatcher is disposed, the runtime reports an unobserved failure.</summary>
    public static void Watch(Task task, PollDispatcher dispatcher)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = ReportFailureAsync(task, dispatcher);
        }
    }

    private static async Task ReportFailureAsync(Task task, PollDispatcher dispatcher)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (!dispatcher.Fail(failure))
            {
                throw;
            }
        }
    }
}
