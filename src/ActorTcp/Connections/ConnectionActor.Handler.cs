using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Connections;

/// <content>The handler: its registration, its acknowledgements, its failures and its end.</content>
internal sealed partial class ConnectionActor
{
    /// <summary>How often Connected or Resumed is sent to a handler that may have no instance, and a window probed that is in a stash. Milliseconds.</summary>
    private const int HandlerPeriod = 250;

    /// <summary>How often a handler is asked whether it has processed the last bytes in its stash. Milliseconds.</summary>
    private const int StashPeriod = 50;

    /// <summary>The suffix of the Identify that is sent while the last bytes may be in the handler's stash.</summary>
    private const char InStash = '?';

    /// <summary>The messages of and about the handler. False: it is none of them.</summary>
    private bool OnHandlerMessage(object message)
    {
        switch (message)
        {
            case ActorIdentity { MessageId: string asked }:
                OnIdentity(asked);
                break;
            case HandlerAck.Enabled:
                _handler.EnableAcknowledgements();
                _deadlines.StopHandlerWatch();
                break;
            case HandlerAck.Ready when _delivery.State == DeliveryState.NoHandler && _phase != ConnectionPhase.Ended:
                OnHandlerReady();
                break;
            case HandlerAck.Ended:
                OnHandlerAnswered(ConnectionPhase.Ended);
                break;
            case HandlerAck.Refused refused:
                OnHandlerRefused(refused.Text);
                break;
            case HandlerAck.Resuming resuming:
                OnResuming(resuming.Resumed);
                break;
            case HandlerAck.Failed:
                if (_phase != ConnectionPhase.Ended && _delivery.OnThrew())
                {
                    SendResumed();
                }

                break;
            case HandlerAck.Stopped stopped:
                OnHandlerStopped(stopped.Threw);
                break;
            case HandlerAck.Restarting restarting:
                if (_phase != ConnectionPhase.Ended && _delivery.OnRestarting(restarting.InTheMiddle))
                {
                    SendResumed();
                }

                break;
            case HandlerAck:
                // From an instance that has been replaced, or to a connection that has ended.
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_handler.Actor):
                OnHandlerGone();
                break;
            default:
                return false;
        }

        return true;
    }

    private void RegisterChild(HandlerFactory factory)
    {
        try
        {
            Register(new ConnectionProtocol.Register(Context.ActorOf(factory.Props, "handler"), factory.Options), ActorRefs.Nobody);
        }
        catch (Exception failure)
        {
            // The exception must not leave this method: an actor that fails to start has no PostStop, so the descriptor would stay open.
            LogEvent(Log, LogLevel.ErrorLevel, "has no handler: none can be created", [], failure);
            End(CloseReason.HandlerFailed);
        }
    }

    private void Register(ConnectionProtocol.Register register, IActorRef registrar)
    {
        _handler.Register(register, registrar, _factory.Handler?.Props);
        _read.IsPull = register.HandlerOptions.Pull;
        if (register.HandlerOptions.Framing is { } framing)
        {
            Attach(framing);
        }

        Enter(ConnectionPhase.Open);
        Context.Watch(_handler.Actor);
        WatchRemote();
        SendConnected();
        switch (_handler.Type)
        {
            case HandlerType.Unknown:
                // Akka itself answers after Connected: by then a TcpHandler has said that it acknowledges.
                _handler.Actor.Tell(new Identify(nameof(ConnectionProtocol.Connected)), _self);
                break;
            case HandlerType.SupervisedTcpHandler:
                // Its supervisor may have no instance at the moment, or answer for one that has received nothing yet.
                AwaitHandler(HandlerPeriod);
                break;
            case HandlerType.WithStash or HandlerType.Plain:
                OnHandlerAnsweredConnected();
                break;
        }

        if (LogsDebug)
        {
            LogEvent(Log, LogLevel.DebugLevel, "is open, handled by {Handler}", [_handler.Actor]);
        }
    }

    private void SendConnected() =>
        _handler.Actor.Tell(ConnectedOf() with { End = _handler.End }, _self);

    /// <summary>The registered handler has another connection. This one waits for the next Register, as long as for the first.</summary>
    private void OnHandlerRefused(string text)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_phase != ConnectionPhase.Open || _delivery.State != DeliveryState.NoHandler || !_handler.HasRegistrar)
        {
            LogEvent(Log, LogLevel.ErrorLevel, "cannot be handled: {Text}", [text]);
            End(CloseReason.HandlerFailed);
            return;
        }

        Context.Unwatch(_handler.Actor);
        var (register, registrar) = _handler.Unregister();
        Enter(ConnectionPhase.Registering);
        registrar.Tell(new ConnectionProtocol.RegisterFailed(register, Errno.EBUSY, text), _self);
        LogEvent(Log, LogLevel.WarningLevel, "has no handler: {Text}", [text]);
        _deadlines.LimitPhase(_factory.Settings.RegisterTimeout, _loop.Now);
    }

    private void OnHandlerAnsweredConnected()
    {
        if (_phase is ConnectionPhase.Registering or ConnectionPhase.Ended || (_handler.Acknowledges && _delivery.State == DeliveryState.NoHandler))
        {
            // A handler that acknowledges says so itself when it has processed Connected.
            return;
        }

        OnHandlerReady();
    }

    private void OnHandlerReady()
    {
        _delivery.OnReady();
        Resume(ReadPauseReasons.NoHandler);
        DeliverBuffered();
    }

    /// <summary>A handler that acknowledges has processed the message that was sent to it last.</summary>
    private void OnCompleted(int resumed)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (resumed != 0)
        {
            OnResuming(resumed);
        }

        switch (_delivery.Acknowledge(resumed))
        {
            case AckResult.BytesProcessed:
                OnHandlerIdle();
                break;
            case AckResult.EndProcessed when _phase is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame:
                OnHandlerAnswered(_phase);
                break;
            case AckResult.EndProcessed:
                OnHandlerIdle();
                break;
            case AckResult.ResumedProcessed:
                Resume(ReadPauseReasons.NoHandler);
                OnResumedProcessed();
                break;
        }
    }

    private void OnProbeAnswered()
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_delivery.OnProbeAnswer(_read.Limits) == ProbeResult.InStash)
        {
            _deadlines.ProbeLater(HandlerPeriod, _loop.Now);
        }
        else if (_delivery.TryOpenWindow(_read.Limits))
        {
            OnHandlerIdle();
        }
    }

    /// <summary>The handler may receive the next message.</summary>
    private void OnHandlerIdle()
    {
        if (IsDetaching)
        {
            AskToDetach();
        }
        else if (_read.WaitingBytes > 0 || _read.State != StreamState.Receiving)
        {
            DeliverBuffered();
        }
    }

    /// <summary>The instance that received PeerEof or FrameFailed is gone, and the next one has processed Resumed: it receives them again.</summary>
    private void OnResumedProcessed()
    {
        if (_phase == ConnectionPhase.PeerEnded)
        {
            SendPeerEof();
        }
        else if (_phase == ConnectionPhase.BadFrame)
        {
            SendFrameFailed();
        }
        else
        {
            OnHandlerIdle();
        }
    }

    /// <summary>
    /// An instance has stopped. If it is the handler itself, Terminated follows. Otherwise the handler is its supervisor, which may start another one later:
    /// Resumed is sent again until an instance receives it, or the time is over.
    /// </summary>
    private void OnHandlerStopped(bool threw)
    {
        if (threw)
        {
            _handler.OnFailed();
        }

        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_delivery.OnStopped())
        {
            SendResumed();
        }

        AwaitHandler(HandlerPeriod);
    }

    private void OnResuming(int resumed)
    {
        if (_delivery.IsLastResumed(resumed) && _deadlines.Watch == HandlerWatch.Answer)
        {
            _deadlines.StopHandlerWatch();
            _handler.OnReplaced();
        }
    }

    private void SendResumed() => _delivery.SendResumed(_read.DeliveredOffset, _write.UnansweredTokens(_handler.Actor));

    private void AwaitHandler(int period) => _deadlines.AwaitHandler(period, _factory.Settings.HandlerAnswerTimeout, _loop.Now);

    /// <summary>Asks for an answer when the handler has processed the message of this phase, so that its answers are queued by then.</summary>
    private void AskWhenProcessed()
    {
        if (!_handler.Acknowledges)
        {
            AskHandler();
        }
        else if (_phase != ConnectionPhase.Ended)
        {
            _delivery.OnEndDelivered();
        }
    }

    /// <summary>
    /// Sends an Identify, which Akka answers in the order of the handler's mailbox. Its text says whether the last bytes may be in the handler's stash at this
    /// time. If so, the handler may process them after the answer, and its Sends may arrive after the answer.
    /// </summary>
    private void AskHandler() => _handler.Actor.Tell(new Identify(_delivery.IsLastInStash ? $"{_phase}{InStash}" : $"{_phase}"), _self);

    /// <summary>The handler has processed PeerEof, FrameFailed or Closed.</summary>
    private void OnHandlerAnswered(ConnectionPhase asked, bool wasInStash = false)
    {
        if (asked != _phase || (_phase != ConnectionPhase.Ended && !_delivery.IsIdle))
        {
            // A handler that has failed since receives the message again after Resumed, and is asked again.
            return;
        }

        if (_delivery.IsLastInStash)
        {
            // The answer has overtaken the last bytes.
            AwaitHandler(StashPeriod);
            return;
        }

        if (wasInStash)
        {
            AskHandler();
            return;
        }

        _deadlines.StopHandlerWatch();
        OnEndProcessed();
    }

    private void OnEndProcessed()
    {
        switch (_phase)
        {
            case ConnectionPhase.PeerEnded when !_handler.Options.KeepOpenOnPeerEof:
                Flush(new FlushPlan(CloseReason.PeerClosed));
                break;
            case ConnectionPhase.BadFrame:
                Flush(new FlushPlan(CloseReason.BadFrame));
                break;
            case ConnectionPhase.Ended:
                OnHandlerAnsweredClosed();
                break;
        }
    }

    private bool IsUnstashing => _delivery.IsIdle || _phase == ConnectionPhase.Ended;

    private void AskHandlerAgain()
    {
        if (IsUnstashing)
        {
            AskHandler();
            AwaitHandler(StashPeriod);
            return;
        }

        if (_delivery.State == DeliveryState.NoHandler)
        {
            SendConnected();
        }
        else
        {
            _handler.Actor.Tell(_delivery.Resumed!, _self);
        }

        AwaitHandler(HandlerPeriod);
    }

    private void OnHandlerLate()
    {
        var limit = _factory.Settings.HandlerAnswerTimeout;
        if (IsUnstashing)
        {
            LogEvent(Log, LogLevel.WarningLevel, "has a handler that has not unstashed the last bytes within {Timeout}", [limit]);
            OnEndProcessed();
            return;
        }

        var message = _delivery.State == DeliveryState.NoHandler ? nameof(ConnectionProtocol.Connected) : nameof(ConnectionProtocol.Resumed);
        LogEvent(Log, LogLevel.WarningLevel, "has a handler that did not receive {Message} within {Timeout}", [message, limit]);
        _handler.OnFailed();
        End(CloseReason.HandlerFailed);
    }
}
