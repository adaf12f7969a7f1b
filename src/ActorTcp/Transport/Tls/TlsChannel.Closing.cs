using ActorTcp.Sockets;

namespace ActorTcp.Transport.Tls;

/// <content>The end of the channel: close_notify (RFC 8446, section 6.1), then the end of the TCP stream.</content>
internal sealed partial class TlsChannel
{
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
            FlushAlerts();
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
            // The channel below may send the alert or the close_notify at the end of the turn; its Close drops what is queued then.
            RequestEndOfTurn();
        }
        else
        {
            CloseInner();
        }
    }

    private void CloseInner() => _inner.Close(reset: false);

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
}
