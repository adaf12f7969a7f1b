using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>What the handler has processed, and what one that fails is owed. See <see cref="Delivery"/>.</summary>
internal sealed partial class ConnectionActor
{
    /// <summary>Identifies the probe of a handler's window.</summary>
    private const string ProbeId = "Probe";

    private Received? _lastUnconfirmable;
    private Received? _probed;
    private ConnectionProtocol.Resumed? _resumed;

    /// <summary>Whether the handler confirms what it has processed: it is a <see cref="TcpHandler"/> that has received Connected.</summary>
    private bool Confirms => _handlerType == HandlerType.TcpHandler;

    private void OnHandlerAnsweredConnected()
    {
        if (_phase is ConnectionPhase.Registering or ConnectionPhase.Ended || Confirms && _delivery == Delivery.NoHandler)
        {
            // One that confirms says so itself when it has processed Connected.
            return;
        }

        OnHandlerReady();
    }

    private void OnHandlerReady()
    {
        if (_delivery == Delivery.NoHandler)
        {
            _delivery = Delivery.Idle;
        }

        Rest(_rest & ~ReadPauseReasons.NoHandler);
        TellUnread();
    }

    /// <summary>A confirming handler has processed the message that was sent to it last.</summary>
    private void OnCompleted(ConnectionProtocol.Resumed? resumed)
    {
        switch (_delivery)
        {
            case var _ when _phase == ConnectionPhase.Ended:
                break;
            case Delivery.Told when resumed is null:
                ReleaseUnconfirmed();
                OnIdle(afterResumed: false);
                break;
            case Delivery.EndTold when resumed is null:
                _delivery = Delivery.Idle;
                if (_phase is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame)
                {
                    OnHandlerAnswered(_phase);
                }
                else
                {
                    OnIdle(afterResumed: false);
                }

                break;
            case Delivery.ResumingThenTold when ReferenceEquals(resumed, _resumed):
                OnResuming(resumed!);
                _delivery = Delivery.Told;
                _handler.Tell(Received.Lent(_unconfirmed.Share(), _unconfirmedAt), _self);
                break;
            case Delivery.Resuming when ReferenceEquals(resumed, _resumed):
                OnResuming(resumed!);
                ReleaseUnconfirmed();
                Rest(_rest & ~ReadPauseReasons.NoHandler);
                OnIdle(afterResumed: true);
                break;
            default:
                // Of a message to an instance that was given up since.
                break;
        }
    }

    private void OnIdle(bool afterResumed)
    {
        _delivery = Delivery.Idle;
        if (HandsOver)
        {
            AskToHandOver();
        }
        else if (afterResumed && _phase == ConnectionPhase.PeerEnded)
        {
            // The instance that received it before is gone.
            TellEof();
        }
        else if (afterResumed && _phase == ConnectionPhase.BadFrame)
        {
            TellFrameFailed();
        }
        else if (WaitingBytes > 0 || _ended != ShutdownSides.None)
        {
            TellUnread();
        }
    }

    private void ReleaseUnconfirmed()
    {
        _unconfirmed.Release();
        _unconfirmed = default;
    }

    /// <summary>The handler failed over the Received or Resumed that was sent to it last.</summary>
    private void OnHandlerThrew()
    {
        if (_phase != ConnectionPhase.Ended && _delivery is Delivery.Told or Delivery.Resuming or Delivery.ResumingThenTold)
        {
            TellResumed(_delivery == Delivery.ResumingThenTold ? Delivery.ResumingThenTold : Delivery.Resuming);
        }
    }

    /// <summary>
    /// The instance is gone. If it is the handler itself, Terminated follows. Otherwise the handler is its supervisor, which may start
    /// another one later: Resumed is sent again until an instance receives it, or the time is over.
    /// </summary>
    private void OnHandlerStopped(bool threw)
    {
        _handlerGivenUp |= threw;
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        if (_delivery is not (Delivery.Resuming or Delivery.ResumingThenTold))
        {
            TellResumed(_delivery == Delivery.Told ? Delivery.ResumingThenTold : Delivery.Resuming);
        }

        AwaitHandler(HandlerPeriod);
    }

    private void OnResuming(ConnectionProtocol.Resumed resumed)
    {
        if (ReferenceEquals(resumed, _resumed) && _answerDue != Never)
        {
            StopAwaitingHandler();
            _handlerGivenUp = false;
        }
    }

    private void OnRestarting(bool inTheMiddle)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        switch (_delivery)
        {
            case Delivery.NoHandler or Delivery.Idle or Delivery.EndTold:
                TellResumed(Delivery.Resuming);
                break;
            case Delivery.Told:
                TellResumed(inTheMiddle ? Delivery.Resuming : Delivery.ResumingThenTold);
                break;
            case Delivery.Resuming or Delivery.ResumingThenTold when inTheMiddle:
                TellResumed(_delivery);
                break;
            default:
                // Resumed is on its way to the next instance already.
                break;
        }
    }

    private void TellResumed(Delivery delivery)
    {
        var failed = delivery == Delivery.Resuming && HasUnconfirmed;
        _delivery = delivery;
        _resumed = new ConnectionProtocol.Resumed(
            _self,
            _channel.RemoteAddress!,
            _channel.LocalAddress!,
            HasUnconfirmed ? _unconfirmedAt : _told,
            failed ? _unconfirmed.Span.ToArray() : ReadOnlyMemory<byte>.Empty,
            [.. (_pending ?? []).Where(pending => pending is { IsSend: true, Token: not null } && pending.Sender.Equals(_handler)).Select(pending => pending.Token!)])
        {
            ReceivedFailed = failed,
        };
        _handler.Tell(_resumed, _self);
    }

    /// <summary>
    /// Asks to be answered when the handler has processed what it was sent last, so that what it sends in answer is here by then. One that confirms
    /// does so by itself; for any other Akka answers, in the order of its mailbox.
    /// </summary>
    private void AskWhenProcessed(ConnectionPhase asked)
    {
        if (Confirms)
        {
            _delivery = _phase == ConnectionPhase.Ended ? _delivery : Delivery.EndTold;
        }
        else
        {
            _handler.Tell(new Identify(asked.ToString()), _self);
        }
    }

    private void OnIdentity(string asked)
    {
        // A text, because serialize-messages takes the identity of anything else away.
        if (asked == nameof(ConnectionProtocol.Connected))
        {
            OnHandlerAnsweredConnected();
        }
        else if (asked == ProbeId)
        {
            OnProbeAnswered();
        }
        else if (Enum.TryParse(asked, out ConnectionPhase phase))
        {
            OnHandlerAnswered(phase);
        }
    }

    /// <summary>The handler has processed PeerEof, FrameFailed or Closed.</summary>
    private void OnHandlerAnswered(ConnectionPhase asked)
    {
        if (asked != _phase || (_phase != ConnectionPhase.Ended && _delivery != Delivery.Idle))
        {
            // A handler that has failed since receives it again after Resumed, and is asked again.
            return;
        }

        if (_lastUnconfirmable is { IsTouched: false })
        {
            // It is in a stash: the handler has answered before it processed the message.
            AwaitHandler(StashPeriod);
            return;
        }

        StopAwaitingHandler();
        OnEndProcessed();
    }

    private void OnEndProcessed()
    {
        switch (_phase)
        {
            case ConnectionPhase.PeerEnded when !_keepOpenOnPeerEof:
                Flush(CloseReason.PeerClosed);
                break;
            case ConnectionPhase.BadFrame:
                Flush(CloseReason.BadFrame);
                break;
            case ConnectionPhase.Ended:
                OnHandlerAnsweredClosed();
                break;
        }
    }
}
