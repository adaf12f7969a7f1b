using ActorTcp.Diagnostics;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <summary>How a connection ends: what waits goes out, the channel is closed, Closed is told, the mailbox is answered.</summary>
internal sealed partial class ConnectionActor
{
    private CloseReason _flushReason;
    private AfterFlush _afterFlush;
    private IActorRef _taker = ActorRefs.Nobody;
    private bool _handlerGivenUp;
    private int _lingerSeconds;

    private bool HandsOver => _phase == ConnectionPhase.Flushing && _afterFlush == AfterFlush.HandOver && _channel.QueuedBytes == 0;

    /// <summary>Whether the connection takes no commands any more.</summary>
    private bool IsClosing => _phase is ConnectionPhase.Flushing or ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd or ConnectionPhase.Ended;

    private void OnHandlerGone()
    {
        _handler = ActorRefs.Nobody;
        StopAwaitingHandler();
        var reason = _handlerGivenUp ? CloseReason.HandlerFailed : CloseReason.HandlerStopped;
        switch (_phase)
        {
            case ConnectionPhase.Ended:
                Context.Stop(_self);
                break;
            case ConnectionPhase.AwaitingEnd:
                // Nobody is left whom the peer's last bytes could be told.
                End(reason);
                break;
            case ConnectionPhase.Flushing when HandsOver:
                AskToHandOver();
                break;
            default:
                Flush(reason);
                break;
        }
    }

    private void OnClose()
    {
        if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(CloseReason.Closed);
        }
        else if (_phase == ConnectionPhase.Flushing && _afterFlush == AfterFlush.AwaitPeersEnd)
        {
            _afterFlush = AfterFlush.End;
        }
        else
        {
            Flush(CloseReason.Closed);
        }
    }

    /// <summary>Sends what waits, then ends.</summary>
    private void Flush(CloseReason reason, AfterFlush behind = AfterFlush.End)
    {
        if (IsClosing)
        {
            return;
        }

        _phase = ConnectionPhase.Flushing;
        _flushReason = reason;
        _afterFlush = behind;
        _closingSince = _loop.Now;
        Rest(_rest | ReadPauseReasons.Flushing);
        if (_channel.QueuedBytes == 0)
        {
            OnFlushed();
        }
        else
        {
            _channel.NotifyQueueLow(0);
            Schedule(_loop.Now);
        }
    }

    private void OnFlushed()
    {
        if (_afterFlush == AfterFlush.HandOver)
        {
            AskToHandOver();
        }
        else if (_afterFlush == AfterFlush.AwaitPeersEnd && !_handler.IsNobody())
        {
            _ = _channel.Shutdown(ShutdownHow.Write);
            _phase = ConnectionPhase.AwaitingEnd;
            _closingSince = _loop.Now;
            Schedule(_loop.Now);
            Rest(_rest & ~(ReadPauseReasons.Flushing | ReadPauseReasons.Suspended | ReadPauseReasons.Answers));
            TellUnread();
        }
        else if (_lingerSeconds > 0)
        {
            // SO_LINGER in close(2) would hold the loop, and with it all its connections: this one waits by itself.
            _ = _channel.Shutdown(ShutdownHow.Write);
            _phase = ConnectionPhase.Lingering;
            WaitFor(TimeSpan.FromSeconds(_lingerSeconds));
        }
        else
        {
            End(_flushReason);
        }
    }

    /// <summary>Looks whether the peer has acknowledged all bytes and the FIN after them.</summary>
    private void OnLingering(long now)
    {
        if (_channel.TryGet(SocketValue.State, out var state) != 0 || state is TcpState.FinWait2 or TcpState.TimeWait or TcpState.Closed)
        {
            End(_flushReason);
        }
        else
        {
            Schedule(now);
        }
    }

    /// <summary>Behind what the channel has received and put into the mailbox already: it belongs to the taker.</summary>
    private void AskToHandOver() => _self.Tell(HandOverNow.Instance, _self);

    private void OnHandOver()
    {
        if (!HandsOver || (_delivery is Delivery.Told or Delivery.EndTold or Delivery.Resuming or Delivery.ResumingThenTold && !_handler.IsNobody()))
        {
            // It is asked for again when the handler has taken what it was told, or is gone.
            return;
        }

        var socket = _channel.HandOver();
        if (socket is not null)
        {
            _afterFlush = AfterFlush.End;
            _taker.Tell(new ConnectionProtocol.HandedOver(socket, TakeUnread(), _channel.RemoteAddress!), _self);
        }

        End(_flushReason);
    }

    private void End(CloseReason reason, Errno errno = 0)
    {
        if (_phase != ConnectionPhase.Ended)
        {
            EndChannel(reason, errno);
            StopBehindMailbox();
        }
    }

    private void EndChannel(CloseReason reason, Errno errno)
    {
        _phase = ConnectionPhase.Ended;
        EndDeadlines();
        var unsent = _channel.QueuedBytes;
        _channel.Close(reset: reason switch
        {
            // Stopped from outside it loses queued bytes only: a reset would destroy bytes in the kernel that are confirmed by Sent.
            CloseReason.ConnectionStopped => ConnectionStrategy.HasFailed(_self),
            CloseReason.PeerClosed or CloseReason.Closed or CloseReason.HandlerStopped or CloseReason.HandlerFailed or CloseReason.BadFrame => unsent > 0,
            _ => true,
        });
        ReleaseUnread();
        TellOutcomes(errno);
        var text = errno != 0 ? Tcp.ErrorText(errno) : reason == CloseReason.BadFrame ? _frameFailed!.Error.Text : reason.Text();
        var closed = new ConnectionProtocol.Closed(reason, errno, text, unsent);
        if (_afterFlush == AfterFlush.HandOver)
        {
            _taker.Tell(new ConnectionProtocol.GiveAwayFailed(errno, text), _self);
        }

        _handler.Tell(closed, _self);
        _loop.Meters.Ended[(int)reason]++;
        if (_trace is not null)
        {
            TcpTraces.End(_trace, closed, _received, _channel.SentBytes);
        }

        var ended = new ListenerProtocol.ConnectionClosed(_self, _channel.RemoteAddress!, closed);
        _template.Connector?.Tell(ended, _self);
        Context.System.EventStream.Publish(ended);
        if (LogsDebug)
        {
            LogEvent(
                Log.WithReason(reason, errno),
                LogLevel.DebugLevel,
                "has ended: {Text}; {ReceivedBytes} bytes received, {SentBytes} sent, {UnsentBytes} unsent",
                [text, _received, _channel.SentBytes, unsent]);
        }
    }

    /// <summary>
    /// Stops when all is answered that the handler sent before it processed Closed. A handler that this actor made is told
    /// to stop behind those answers, because it would be cut off from them if this actor stopped at once.
    /// </summary>
    private void StopBehindMailbox()
    {
        if (_handler.IsNobody())
        {
            _self.Tell(PoisonPill.Instance, _self);
            return;
        }

        // When it answers, what the handler had sent before Closed is in the mailbox, or answered.
        AskWhenProcessed(ConnectionPhase.Ended);
        WaitFor(_template.Settings.HandlerStopTimeout);
    }

    private void OnHandlerAnsweredClosed()
    {
        if (_template.Handler is null || _handler.IsNobody())
        {
            Context.Stop(_self);
        }
        else
        {
            // Behind the outcomes that it was told since.
            _handler.Tell(PoisonPill.Instance, _self);
        }
    }

    private sealed class HandOverNow : INoSerializationVerificationNeeded
    {
        public static readonly HandOverNow Instance = new();
    }

    private void OnHandlerOverdue()
    {
        if (_template.Handler is not null)
        {
            LogEvent(
                Log,
                LogLevel.WarningLevel,
                "has a handler that did not end within {HandlerStopTimeout} after Closed; it is stopped",
                [_template.Settings.HandlerStopTimeout]);
        }

        Context.Stop(_self);
    }
}
