using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Tls;

/// <content>The end of the channel: close_notify (RFC 8446, section 6.1), then the end of the TCP stream.</content>
internal sealed partial class TlsChannel
{
    /// <summary>The maximum time in which a closed channel sends its last record.</summary>
    private const int MaxClosingMilliseconds = 1000;

    /// <summary>Null unless the channel is closed, and waits until its last record is sent.</summary>
    private ClosingTimer? _closingTimer;

    public Errno Shutdown(ShutdownHow how)
    {
        if (how == ShutdownHow.Read)
        {
            return _inner.Shutdown(how);
        }

        if (!IsReady || (_state & (TlsChannelState.Closed | TlsChannelState.Failed)) != 0)
        {
            return Errno.ENOTCONN;
        }

        if (TryProduceCloseNotify())
        {
            // The TCP stream ends after the close_notify: a peer that has read it need not read on.
            SendProduced(ShutdownTag);
        }

        return 0;
    }

    /// <summary>The socket is useless without the session.</summary>
    public SocketHandoff? Detach() => null;

    public void Close(bool reset)
    {
        if ((_state & TlsChannelState.Closed) != 0)
        {
            return;
        }

        if (!reset && (_state & TlsChannelState.Failed) == 0 && TryProduceCloseNotify())
        {
            SendProduced(ShutdownTag);
        }

        _state = (_state & (TlsChannelState.RunAtEndOfTurn | TlsChannelState.Busy | TlsChannelState.Ready)) | TlsChannelState.Closed;
        _loop.Meters.QueuedBytes -= _queue.Bytes;
        while (_queue.TryDrop(out var dropped))
        {
            dropped.Slab?.Release();
        }

        if ((_state & TlsChannelState.Busy) == 0)
        {
            Release();
        }

        if (reset)
        {
            _inner.Close(reset: true);
        }
        else if (_inner.QueuedSegments > 0)
        {
            // The last record, such as a close_notify, is sent when the kernel has room: at the end of this turn, or later.
            _closingTimer = new ClosingTimer(this);
            _loop.Timers.Schedule(_closingTimer, _loop.Now, MaxClosingMilliseconds);
            ClosingTlsChannels.Of(_loop).Add(this);
            _inner.PauseReading();
        }
        else
        {
            CloseInner();
        }
    }

    internal void CloseInner()
    {
        StopWaiting();
        _inner.Close(reset: false);
    }

    private void StopWaiting()
    {
        if (_closingTimer is not null)
        {
            _loop.Timers.Cancel(_closingTimer);
            ClosingTlsChannels.Of(_loop).Remove(this);
            _closingTimer = null;
        }
    }

    /// <summary>Releases the session when no other thread uses it.</summary>
    private void Release()
    {
        _session.Dispose();
        _produced.Release();
        _produced = default;
    }

    private bool TryProduceCloseNotify()
    {
        if ((_state & (TlsChannelState.Ready | TlsChannelState.ShutDown)) != TlsChannelState.Ready)
        {
            return false;
        }

        _state |= TlsChannelState.ShutDown;
        _session.Shutdown();
        return _produced.Length > 0;
    }

    private sealed class ClosingTimer(TlsChannel channel) : LoopTimer
    {
        public override void OnDue() => channel.CloseInner();
    }
}

/// <summary>The closed channels of a loop that wait until their last record is sent. If the loop stops first, they are closed then. Used on the loop's thread.</summary>
internal sealed class ClosingTlsChannels : IDisposable
{
    private static readonly LoopLocal<ClosingTlsChannels> OfLoop = new(static _ => new ClosingTlsChannels());

    private readonly HashSet<TlsChannel> _channels = [];

    public static ClosingTlsChannels Of(PollLoop loop) => OfLoop.Get(loop);

    public void Add(TlsChannel channel) => _channels.Add(channel);

    public void Remove(TlsChannel channel) => _channels.Remove(channel);

    public void Dispose()
    {
        foreach (var channel in _channels.ToArray())
        {
            channel.CloseInner();
        }
    }
}
