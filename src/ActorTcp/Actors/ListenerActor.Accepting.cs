using Akka.Event;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>What a listener does when it cannot accept.</summary>
internal sealed partial class ListenerActor
{
    /// <summary>How long accepting must not fail until an episode of failures is over, in milliseconds.</summary>
    internal const long QuietMilliseconds = 5_000;

    private readonly ActorTimer _retryTimer;
    private readonly ActorTimer _quietTimer;
    private TimeSpan _backoff;
    private int _failures;

    /// <summary>One line begins an episode of failures and one ends it. Some errors alternate with successes (EPERM, ENOBUFS).</summary>
    private void OnAcceptFailed(Errno errno)
    {
        _loops[_loop].Meters.AcceptFailures++;
        if (_phase != ListenerPhase.Listening)
        {
            return;
        }

        if (_failures++ == 0)
        {
            _log.Warning(
                "{Listener} {LocalAddress} cannot accept: {Text} ({Errno}); it tries again, at most every {AcceptBackoffMax}",
                _name,
                Address,
                Tcp.ErrorText(errno),
                errno,
                _settings.AcceptBackoffMax);
        }

        Rest(_rest | AcceptRest.Exhausted);
        _retryTimer.Start(_backoff);
        _quietTimer.Start(_backoff + TimeSpan.FromMilliseconds(QuietMilliseconds));
        _backoff = _backoff * 2 < _settings.AcceptBackoffMax ? _backoff * 2 : _settings.AcceptBackoffMax;
    }

    private void OnQuiet()
    {
        if (_failures > 0)
        {
            _log.Info("{Listener} {LocalAddress} accepts again after {Failures} failures", _name, Address, _failures);
            _failures = 0;
        }
    }

    private void OnRetry()
    {
        Rest(_rest & ~AcceptRest.Exhausted);
        if (_phase == ListenerPhase.Listening && _channel is null)
        {
            AttachAgain();
        }
    }
}
