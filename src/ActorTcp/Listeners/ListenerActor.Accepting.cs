using ActorTcp.Dispatch;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>Pausing and resuming, and the retry after a failure to accept.</content>
internal sealed partial class ListenerActor
{
    /// <summary>The time without a failure to accept after which a series of failures has ended, in milliseconds.</summary>
    internal const long QuietMilliseconds = 5_000;

    private readonly ActorTimer _retryTimer;
    private readonly ActorTimer _quietTimer;
    private TimeSpan _backoff;
    private int _failures;

    /// <summary>
    /// Pauses accepting for some time. A series of failures has one log event at its start and one at its end. A success does not end the series,
    /// because some errors (EPERM, ENOBUFS) alternate with successes.
    /// </summary>
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

        Pause(AcceptPauseReasons.Exhausted);
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

    private void Pause(AcceptPauseReasons reason)
    {
        _pauseReasons |= reason;
        UpdateAllowance();
    }

    private void Resume(AcceptPauseReasons reason)
    {
        _pauseReasons &= ~reason;
        UpdateAllowance();
    }

    private void OnRetry()
    {
        Resume(AcceptPauseReasons.Exhausted);
        if (_phase == ListenerPhase.Listening && !_socket.Channel!.IsAttached)
        {
            Reattach();
        }
    }
}

/// <summary>The reasons why a listener that listens does not accept. It accepts if the value is None.</summary>
[Flags]
internal enum AcceptPauseReasons
{
    None = 0,
    /// <summary>The listener has received PauseAccepting.</summary>
    Paused = 1,
    /// <summary>Accepting failed, usually because descriptors or memory ran out. A timer is running until the next attempt.</summary>
    Exhausted = 2,
}

/// <summary>Sends the events of a listen channel to its listener, as messages.</summary>
internal sealed class ListenerEventForwarder(IActorRef actor) : IListenChannelOwner
{
    public void OnAccepted(IAcceptedConnection connection) => actor.Tell(new Accepted(connection), ActorRefs.NoSender);

    public void OnAcceptFailed(Errno errno) => actor.Tell(new AcceptFailed(errno), ActorRefs.NoSender);

    internal sealed record Accepted(IAcceptedConnection Connection) : INoSerializationVerificationNeeded;

    internal sealed record AcceptFailed(Errno Errno) : INoSerializationVerificationNeeded;
}
