using ActorTcp.AccessControl;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <content>From the channel to the handler, as the phase allows.</content>
internal sealed partial class ConnectionActor
{
    private ConnectionProtocol.PeerEof? _peerEof;
    private ConnectionProtocol.FrameFailed? _frameFailed;
    private readonly AdmittedConnection? _admitted;
    private ReceiveThrottle? _throttle;

    /// <summary>Whether received bytes are still wanted. After Close they are not; a connection that awaits the peer's end, or is detached, keeps them.</summary>
    private bool WantsBytes =>
        _phase is ConnectionPhase.Open or ConnectionPhase.AwaitingEnd || (_phase == ConnectionPhase.Flushing && _flush.Then != AfterFlush.Close);

    private void OnIncoming(Received received)
    {
        if (!WantsBytes)
        {
            received.Detach().Release();
            return;
        }

        if (_tlsStarter is not null)
        {
            RefusePlaintext(received.Length);
            received.Detach().Release();
            return;
        }

        _deadlines.OnReceived(_read.Count(received.Length), _loop.Now);
        if (_throttle is not null)
        {
            PauseFor(_throttle.Take(received.Length, _loop.Now));
        }

        if (_read.Accept(received, _phase.MayDeliver()))
        {
            return;
        }

        DeliverBuffered();
        if (_read.IsFull)
        {
            Pause(ReadPauseReasons.ReadAhead);
        }
    }

    /// <summary>Delivers the frames, and the end of stream, that the handler may receive. Continues to read if the buffer has room.</summary>
    private void DeliverBuffered()
    {
        if (_phase.MayDeliver())
        {
            DeliverFrames();
        }

        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (!_read.IsFull)
        {
            Resume(ReadPauseReasons.ReadAhead);
        }

        if (!_read.HasEnded || _read.WaitingBytes > 0 || !_delivery.IsIdle)
        {
            return;
        }

        if (_phase == ConnectionPhase.PeerEndPending)
        {
            Enter(ConnectionPhase.PeerEnded);
            SendPeerEof();
        }
        else if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(_flush.Reason);
        }
    }

    private void DeliverFrames()
    {
        var result = _read.DeliverBuffered();
        _deadlines.WatchFrame(_loop.Now);
        if (result == ReadResult.BadFrame)
        {
            OnBadFrame();
        }
        else if (result == ReadResult.Interrupted)
        {
            _self.Tell(ContinueDelivery.Instance, _self);
        }
    }

    private void OnContinueDelivery()
    {
        _read.OnContinueDelivery();
        if (_phase != ConnectionPhase.Ended)
        {
            DeliverBuffered();
        }
    }

    /// <summary>The next bytes break a rule of the framing. The handler may send a last answer, and then the connection closes.</summary>
    private void OnBadFrame()
    {
        var error = _read.FrameError!;
        _frameFailed = new ConnectionProtocol.FrameFailed(error);
        if (_phase == ConnectionPhase.AwaitingEnd)
        {
            End(CloseReason.BadFrame);
            return;
        }

        Enter(ConnectionPhase.BadFrame);
        Pause(ReadPauseReasons.BadFrame);
        LogEvent(Log, LogLevel.DebugLevel, "received bytes that break a rule of the framing: {FrameError}", [error]);
        SendFrameFailed();
    }

    private void SendFrameFailed()
    {
        _handler.Actor.Tell(_frameFailed!, _self);
        AskWhenProcessed();
    }

    private void OnEndOfStream()
    {
        if (_tlsStarter is not null)
        {
            RefusePlaintext(0);
            return;
        }

        _read.OnEndOfStream();
        _deadlines.OnHalfClosed(_loop.Now);
        if (_phase == ConnectionPhase.Open)
        {
            Enter(ConnectionPhase.PeerEndPending);
        }

        DeliverBuffered();
    }

    private void SendPeerEof()
    {
        _peerEof ??= _read.IncompleteBytes > 0 ? new ConnectionProtocol.PeerEof(TakeIncompleteFrame()) : ConnectionProtocol.PeerEof.Instance;
        _handler.Actor.Tell(_peerEof, _self);
        if (_handler.Acknowledges || !_handler.Options.KeepOpenOnPeerEof)
        {
            AskWhenProcessed();
        }
    }

    private void DropReceived()
    {
        _read.Drop();
        _deadlines.ForgetFrame();
        Resume(ReadPauseReasons.Suspended | ReadPauseReasons.Answers | ReadPauseReasons.ReadAhead);
        DeliverBuffered();
    }

    /// <summary>Receives at these rates from now on, with full buckets.</summary>
    private void Throttle(ReceiveRates rates)
    {
        _throttle = ReceiveThrottle.For(rates, _admitted);
        PauseFor(_throttle?.FirstPause(_loop.Now) ?? 0);
    }

    private void OnSetReceiveRates(ReceiveRates rates)
    {
        if (_phase != ConnectionPhase.Ended)
        {
            Resume(ReadPauseReasons.Throttled);
            _deadlines.ResumeReadingAt(Deadlines.Never, _loop.Now);
            Throttle(rates);
        }
    }

    /// <summary>Pauses reading for a time, because the connection or its address has received too fast.</summary>
    private void PauseFor(long milliseconds)
    {
        if (milliseconds > 0)
        {
            Pause(ReadPauseReasons.Throttled);
            _deadlines.ResumeReadingAt(_loop.Now + milliseconds, _loop.Now);
        }
    }

    private void Pause(ReadPauseReasons reason)
    {
        if (_read.Pause(reason))
        {
            _deadlines.OnPaused(_loop.Now);
        }
    }

    private void Resume(ReadPauseReasons reasons)
    {
        if (_read.Resume(reasons))
        {
            _deadlines.OnResumed(_loop.Now);
        }
    }
}

/// <summary>From the listener to each of its connections: the receive rates have changed.</summary>
internal sealed record SetReceiveRates(ReceiveRates Rates) : INoSerializationVerificationNeeded;
