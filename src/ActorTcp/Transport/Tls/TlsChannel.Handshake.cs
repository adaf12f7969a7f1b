using ActorTcp.Memory;

namespace ActorTcp.Transport.Tls;

/// <content>The handshake, in steps. Each step ends when the session waits for the peer, or has succeeded or failed.</content>
internal sealed partial class TlsChannel
{
    void ITlsSessionOwner.OnStepEnded()
    {
        // Not the thread decides: a chooser of the user may complete on the thread of a loop, also inside another actor. The state was set before the step
        // began, or when it did not end at once, and does not change before AfterStep.
        if ((_state & TlsChannelState.Busy) != 0)
        {
            _ = _loop.Post(AfterStep);
        }
        else
        {
            _state |= TlsChannelState.StepEnded;
        }
    }

    private void Handshake()
    {
        if (_context.HandshakesOnPool)
        {
            _state |= TlsChannelState.Busy;
            ThreadPool.UnsafeQueueUserWorkItem(static session => session.Begin(), _session, preferLocal: false);
        }
        else
        {
            _session.Begin();
            AfterStepHere();
        }
    }

    private void Step(in SlabSlice ciphertext)
    {
        if (_context.HandshakesOnPool)
        {
            _state |= TlsChannelState.Busy;
            ThreadPool.UnsafeQueueUserWorkItem(static step => step.Session.Supply(step.Ciphertext), (Session: _session, Ciphertext: ciphertext), preferLocal: false);
        }
        else
        {
            _session.Supply(ciphertext);
            AfterStepHere();
        }
    }

    private void AfterStepHere()
    {
        if ((_state & TlsChannelState.StepEnded) != 0)
        {
            AfterStep();
        }
        else
        {
            _state |= TlsChannelState.Busy;
        }
    }

    private void AfterStep()
    {
        _state &= ~(TlsChannelState.Busy | TlsChannelState.StepEnded);
        if ((_state & TlsChannelState.Closed) != 0)
        {
            Release();
            return;
        }

        if ((_state & TlsChannelState.Failed) != 0)
        {
            return;
        }

        FlushAlerts();
        switch (_session.State)
        {
            case TlsSessionState.Open:
                Complete();
                break;
            case TlsSessionState.Failed:
                Fail(ProtocolFailure.Tls, $"the TLS handshake failed: {_session.FailureText}");
                break;
            default:
                if (_ciphertextWithoutPlaintext > MaxCiphertextWithoutPlaintext)
                {
                    Fail(ProtocolFailure.Tls, $"the peer's handshake has more than {MaxCiphertextWithoutPlaintext} bytes");
                }
                else
                {
                    // Not before the first step has ended: the session wants ciphertext from now on.
                    _inner.ResumeReading();
                    _inner.ContinueReading();
                }

                break;
        }
    }

    private void Complete()
    {
        Tls = _session.Describe();
        _state |= TlsChannelState.Ready;
        _ciphertextWithoutPlaintext = 0;
        if ((_state & TlsChannelState.Reading) == 0)
        {
            _inner.PauseReading();
        }

        _owner!.OnReady();
        RequestEndOfTurn();
    }
}
