namespace ActorTcp.Polling;

/// <summary>
/// A callback that waits for a descriptor. Made by <see cref="PollDispatcher.Event"/>, registered and removed there, as
/// often as one likes.
/// </summary>
public sealed class IoEvent : IReadyEntry
{
    private readonly PollDispatcher _dispatcher;
    private readonly Func<object?, IoEvent, bool> _callback;
    private readonly Action<object?, IoEvent>? _errback;
    private Registration? _registration;

    internal IoEvent(PollDispatcher dispatcher, IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Action<object?, IoEvent>? errback, object? arg)
    {
        _dispatcher = dispatcher;
        _callback = callback;
        _errback = errback;
        Method = method;
        Fd = fd;
        Arg = arg;
    }

    /// <summary>What it waits for.</summary>
    public IoMethod Method { get; }

    /// <summary>The descriptor.</summary>
    public int Fd { get; }

    /// <summary>What the callbacks are given.</summary>
    public object? Arg { get; set; }

    /// <summary>What the callback threw, where that is why the event was removed; null otherwise.</summary>
    public Exception? Error { get; private set; }

    internal PollDispatcher Dispatcher => _dispatcher;

    /// <summary>The present registration; null where there is none, or its descriptor was closed.</summary>
    internal Registration? Registration
    {
        get => _registration is { IsAlive: true } alive ? alive : null;
        set => _registration = value;
    }

    int IReadyEntry.OnReady(Registration registration)
    {
        if (registration.IsOnce)
        {
            registration.Remove();
        }

        Error = null;
        try
        {
            if (_callback(Arg, this))
            {
                return 1;
            }
        }
        catch (Exception failure) when (_errback is not null)
        {
            Error = failure;
        }
        catch
        {
            registration.Remove();
            throw;
        }

        registration.Remove();
        _errback?.Invoke(Arg, this);
        return 1;
    }
}
