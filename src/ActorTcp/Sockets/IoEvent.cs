namespace ActorTcp.Sockets;

/// <summary>
/// A callback for the readiness of a descriptor. <c>PollDispatcher.Event</c> creates it. It can be registered and removed any number of times, on the
/// thread of its dispatcher.
/// </summary>
public class IoEvent : IReadyEntry
{
    private readonly PollDispatcher _dispatcher;
    private readonly Func<object?, IoEvent, bool>? _callback;
    private readonly Action<object?, IoEvent>? _errback;
    private object? _arg;
    private Registration? _registration;

    internal IoEvent(PollDispatcher dispatcher, IoMethod method, int fd, Func<object?, IoEvent, bool>? callback, Action<object?, IoEvent>? errback, object? arg)
    {
        _dispatcher = dispatcher;
        _callback = callback;
        _errback = errback;
        _arg = arg;
        Method = method;
        Fd = fd;
    }

    /// <summary>The readiness that the event waits for.</summary>
    public IoMethod Method { get; }

    /// <summary>The descriptor.</summary>
    public int Fd { get; }

    /// <summary>The argument of the callbacks. The argument of an <see cref="IoEvent{T}"/> has the type T.</summary>
    /// <exception cref="InvalidCastException">The event is an <see cref="IoEvent{T}"/>, and the value does not have the type T.</exception>
    public object? Arg
    {
        get => ArgAsObject;
        set => ArgAsObject = value;
    }

    /// <summary>The exception of the callback that has removed the event; null if the callback has thrown none.</summary>
    public Exception? Error { get; private set; }

    internal PollDispatcher Dispatcher => _dispatcher;

    /// <summary>The current registration; null if there is none, or its descriptor was closed.</summary>
    internal Registration? Registration
    {
        get => _registration is { IsAlive: true } alive ? alive : null;
        set => _registration = value;
    }

    private protected virtual object? ArgAsObject
    {
        get => _arg;
        set => _arg = value;
    }

    private protected virtual bool HasErrback => _errback is not null;

    int IReadyEntry.OnReady(Registration registration)
    {
        if (registration.IsOnce)
        {
            registration.Remove();
        }

        Error = null;
        try
        {
            if (CallBack())
            {
                return 1;
            }
        }
        catch (Exception failure) when (HasErrback)
        {
            Error = failure;
        }
        catch
        {
            registration.Remove();
            throw;
        }

        registration.Remove();
        CallErrback();
        return 1;
    }

    private protected virtual bool CallBack() => _callback!(_arg, this);

    private protected virtual void CallErrback() => _errback?.Invoke(_arg, this);
}
