using ActorTcp.Diagnostics;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <content>How a connection ends: the queue is sent, the channel closed, Closed is sent, and the mailbox is answered.</content>
internal sealed partial class ConnectionActor
{
    private FlushPlan _flush;
    private int _lingerSeconds;

    private bool IsDetaching => _phase == ConnectionPhase.Flushing && _flush.Then == AfterFlush.Detach && _channel.QueuedBytes == 0;

    private void OnClose()
    {
        if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(CloseReason.Closed);
        }
        else if (_phase == ConnectionPhase.Flushing && _flush.Then == AfterFlush.HalfClose)
        {
            _flush = _flush with { Then = AfterFlush.Close };
        }
        else
        {
            Flush(new FlushPlan(CloseReason.Closed));
        }
    }

    private void OnHandlerGone()
    {
        _handler.OnTerminated();
        _deadlines.StopHandlerWatch();
        switch (_phase)
        {
            case ConnectionPhase.Ended:
                Context.Stop(_self);
                break;
            case ConnectionPhase.AwaitingEnd:
                // No actor could receive the peer's last bytes.
                End(_handler.EndReason);
                break;
            case ConnectionPhase.Flushing when IsDetaching:
                AskToDetach();
                break;
            default:
                Flush(new FlushPlan(_handler.EndReason));
                break;
        }
    }

    /// <summary>Sends the queued bytes, then carries out the plan. Ignored if the connection is closing already.</summary>
    private void Flush(in FlushPlan plan)
    {
        if (_phase.IsClosing())
        {
            return;
        }

        _flush = plan;
        Enter(ConnectionPhase.Flushing);
        Pause(ReadPauseReasons.Flushing);
        if (_channel.QueuedBytes == 0)
        {
            OnFlushed();
        }
        else
        {
            _channel.NotifyQueueLow(0);
            _deadlines.Schedule(_loop.Now);
        }
    }

    private void OnFlushed()
    {
        if (_flush.Then == AfterFlush.Detach)
        {
            AskToDetach();
        }
        else if (_flush.Then == AfterFlush.HalfClose && !_handler.IsGone)
        {
            _ = _channel.Shutdown(ShutdownHow.Write);
            Enter(ConnectionPhase.AwaitingEnd);
            _deadlines.Schedule(_loop.Now);
            Resume(ReadPauseReasons.Flushing | ReadPauseReasons.Suspended | ReadPauseReasons.Answers);
            DeliverBuffered();
        }
        else if (_lingerSeconds > 0)
        {
            // SO_LINGER in close(2) would block the loop, and with it all its connections: only this one waits.
            _ = _channel.Shutdown(ShutdownHow.Write);
            Enter(ConnectionPhase.Lingering);
            _deadlines.LimitPhase(TimeSpan.FromSeconds(_lingerSeconds), _loop.Now);
        }
        else
        {
            End(_flush.Reason);
        }
    }

    /// <summary>Ends if the peer has acknowledged all bytes and the FIN after them.</summary>
    private void OnLingering()
    {
        if (_channel.TryGet(SocketValue.State, out var state) != 0 || state is TcpState.FinWait2 or TcpState.TimeWait or TcpState.Closed)
        {
            End(_flush.Reason);
        }
        else
        {
            _deadlines.Schedule(_loop.Now);
        }
    }

    /// <summary>Detaches after the bytes that are in the mailbox already: they go to the taker.</summary>
    private void AskToDetach() => _self.Tell(DetachNow.Instance, _self);

    private void OnDetach()
    {
        if (!IsDetaching || (_delivery.AwaitsAck && !_handler.IsGone))
        {
            // Detaching is asked for again when the handler has acknowledged its message, or is gone.
            return;
        }

        var reason = _flush.Reason;
        var undelivered = _channel.TakeUndelivered();
        if (undelivered.Length > 0)
        {
            _ = _read.Count(undelivered.Length);
            _read.Buffer(undelivered);
        }

        if (_channel.Detach() is { } socket)
        {
            var taker = _flush.Taker!;
            _flush = new FlushPlan(reason);
            taker.Tell(new ConnectionProtocol.Detached(socket, TakeUnread(), _channel.RemoteAddress!), _self);
        }

        End(reason);
    }

    /// <summary>The bytes that no handler has processed: those that the last one failed over, and those that it did not receive.</summary>
    private byte[] TakeUnread() => [.. _delivery.Unconfirmed.Slab is null ? [] : Encoded(_delivery.Unconfirmed.Memory), .. _read.TakeUnread()];

    /// <summary>A frame as it was in the stream, as far as the framing's encoder writes it.</summary>
    private byte[] Encoded(ReadOnlyMemory<byte> frame)
    {
        if (_write.Framing?.CreateEncoder() is not { } encoder
            || !encoder.TryEncode(frame, new byte[encoder.MaxHeaderLength], out var encoded, out _))
        {
            return frame.ToArray();
        }

        var bytes = new byte[encoded.Length];
        encoded.CopyTo(bytes);
        return bytes;
    }

    private void End(CloseReason reason, Errno errno = 0, string? text = null)
    {
        if (_phase != ConnectionPhase.Ended)
        {
            EndChannel(reason, errno, text);
            StopAfterMailbox();
        }
    }

    private void EndChannel(CloseReason reason, Errno errno, string? text = null)
    {
        Enter(ConnectionPhase.Ended);
        FailTlsStart(errno == 0 ? Errno.EPIPE : errno, text ?? reason.Text());
        _deadlines.Stop();
        var unsent = _channel.QueuedBytes;
        _channel.Close(reset: NeedsReset(reason, unsent));
        _read.Close();
        _delivery.ReleaseUnconfirmed();
        _write.Close(errno);
        text ??= errno != 0 ? Tcp.ErrorText(errno) : reason == CloseReason.BadFrame ? _frameFailed!.Error.Text : reason.Text();
        var closed = new ConnectionProtocol.Closed(reason, errno, text, unsent);
        _flush.Taker?.Tell(new ConnectionProtocol.DetachFailed(errno, text), _self);
        _handler.Actor.Tell(closed, _self);
        Publish(closed);
    }

    /// <summary>
    /// Whether the peer receives a reset, because bytes were lost. A connection that another actor stops loses only its queued bytes. The bytes that were
    /// reported as sent must arrive, so it does not reset.
    /// </summary>
    private bool NeedsReset(CloseReason reason, long unsent) => reason switch
    {
        CloseReason.ConnectionStopped => ConnectionStrategy.HasFailed(_self),
        CloseReason.PeerClosed or CloseReason.Closed or CloseReason.HandlerStopped or CloseReason.HandlerFailed or CloseReason.BadFrame => unsent > 0,
        // The alert that says why must arrive.
        CloseReason.TlsFailed or CloseReason.Truncated => false,
        _ => true,
    };

    private void Publish(ConnectionProtocol.Closed closed)
    {
        _loop.Meters.Ended[(int)closed.Reason]++;
        _handler.End.Signal();
        if (_trace is not null)
        {
            TcpTraces.End(_trace, closed, _channel, _read.ReceivedBytes);
        }

        var ended = new ListenerProtocol.ConnectionClosed(_self, _channel.RemoteAddress!, closed);
        _factory.Connector?.Tell(ended, _self);
        Context.System.EventStream.Publish(ended);
        if (LogsDebug)
        {
            LogEvent(
                Log.WithReason(closed.Reason, closed.Errno),
                LogLevel.DebugLevel,
                "has ended: {Text}; {ReceivedBytes} bytes received, {SentBytes} sent, {UnsentBytes} unsent",
                [closed.Text, _read.ReceivedBytes, _channel.SentBytes, closed.UnsentBytes]);
        }
    }

    /// <summary>
    /// Stops when all messages are answered that the handler sent before it processed Closed. A handler that this actor made is stopped after those answers: it
    /// would not receive them if this actor stopped at once.
    /// </summary>
    private void StopAfterMailbox()
    {
        if (_handler.IsGone)
        {
            _self.Tell(PoisonPill.Instance, _self);
            return;
        }

        AskWhenProcessed();
        _deadlines.LimitPhase(_factory.Settings.HandlerStopTimeout, _loop.Now);
    }

    private void OnHandlerAnsweredClosed()
    {
        if (_factory.Handler is null || _handler.IsGone)
        {
            Context.Stop(_self);
        }
        else
        {
            // After the outcomes that it was sent since.
            _handler.Actor.Tell(PoisonPill.Instance, _self);
        }
    }

    private void StopLateHandler()
    {
        if (_factory.Handler is not null)
        {
            LogEvent(
                Log,
                LogLevel.WarningLevel,
                "has a handler that did not stop within {HandlerStopTimeout} after Closed; the handler is stopped",
                [_factory.Settings.HandlerStopTimeout]);
        }

        Context.Stop(_self);
    }

    /// <summary>To the connection itself.</summary>
    private sealed class DetachNow : INoSerializationVerificationNeeded
    {
        public static readonly DetachNow Instance = new();
    }
}

/// <summary>What a connection does when its last bytes are sent.</summary>
/// <param name="Reason">Why it ends.</param>
/// <param name="Then">What it does.</param>
/// <param name="Taker">The actor that receives the socket, or DetachFailed; null unless it detaches.</param>
internal readonly record struct FlushPlan(CloseReason Reason, AfterFlush Then = AfterFlush.Close, IActorRef? Taker = null);

/// <summary>What a connection does when its last bytes are sent.</summary>
internal enum AfterFlush
{
    /// <summary>It closes.</summary>
    Close,
    /// <summary>It shuts down its sending side, and receives until the peer has ended its stream (ConfirmedClose).</summary>
    HalfClose,
    /// <summary>It detaches the socket and sends it to another actor (Detach).</summary>
    Detach,
}
