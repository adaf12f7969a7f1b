namespace ActorTcp.Sockets;

/// <summary>An <see cref="IoEvent"/> whose argument has a type. The callbacks need no cast, and a value is not boxed.</summary>
/// <typeparam name="T">The type of the argument.</typeparam>
public sealed class IoEvent<T> : IoEvent
{
    private readonly Func<T, IoEvent<T>, bool> _callback;
    private readonly Action<T, IoEvent<T>>? _errback;

    internal IoEvent(PollDispatcher dispatcher, IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Action<T, IoEvent<T>>? errback, T arg)
        : base(dispatcher, method, fd, null, null, null)
    {
        _callback = callback;
        _errback = errback;
        Arg = arg;
    }

    /// <summary>The argument of the callbacks.</summary>
    public new T Arg { get; set; }

    private protected override object? ArgAsObject
    {
        get => Arg;
        set => Arg = (T)value!;
    }

    private protected override bool HasErrback => _errback is not null;

    private protected override bool CallBack() => _callback(Arg, this);

    private protected override void CallErrback() => _errback?.Invoke(Arg, this);
}
