namespace Akka.Actor;

public class Cancelable : ICancelable, IDisposable
{
    private static readonly Cancelable _canceled = CreateCanceledOnce();

    private readonly IActionScheduler _scheduler;

    // Made when somebody asks for it, since most scheduled work is cancelled without anybody having.
    private CancellationTokenSource? _source;
    private volatile bool _isCanceled;
    private bool _isDisposed;

    public Cancelable(IScheduler scheduler)
        : this(scheduler.Advanced) { }

    public Cancelable(IScheduler scheduler, TimeSpan delay)
        : this(scheduler.Advanced)
    {
        CancelAfter(delay);
    }

    public Cancelable(IActionScheduler scheduler)
    {
        _scheduler = scheduler;
    }

    public bool IsCancellationRequested => _isCanceled || Volatile.Read(ref _source)?.IsCancellationRequested == true;

    public CancellationToken Token => Source.Token;

    /// <summary>Called once by a scheduler of this engine that wants to forget cancelled work at once.</summary>
    internal Action? OnCanceled { get; set; }

    private CancellationTokenSource Source
    {
        get
        {
            var source = Volatile.Read(ref _source)
                ?? Interlocked.CompareExchange(ref _source, new CancellationTokenSource(), null) ?? _source;
            if (_isCanceled && !source.IsCancellationRequested)
                source.Cancel();
            return source;
        }
    }

    public static ICancelable CreateCanceled() => _canceled;

    public static ICancelable CreateLinkedCancelable(IScheduler scheduler, params ICancelable[] cancelables) => new Cancelable(scheduler)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(Array.ConvertAll(cancelables, c => c.Token)),
    };

    public void Cancel() => Cancel(false);

    public void Cancel(bool throwOnFirstException)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _isCanceled = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _source)?.Cancel(throwOnFirstException);
        OnCanceled?.Invoke();
    }

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void CancelAfter(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), $"The delay must be >0, it was {delay}");
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!IsCancellationRequested)
            _scheduler.ScheduleOnce(delay, Cancel, this);
    }

    public void Dispose()
    {
        _source?.Dispose();
        _isDisposed = true;
        GC.SuppressFinalize(this);
    }

    private static Cancelable CreateCanceledOnce()
    {
        var canceled = new Cancelable((IActionScheduler)null!);
        canceled.Cancel();
        return canceled;
    }
}
