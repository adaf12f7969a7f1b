using ActorTcp.Connections;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Listeners;

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

        Rest(_rest | AcceptPauseReasons.Exhausted);
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
        Rest(_rest & ~AcceptPauseReasons.Exhausted);
        if (_phase == ListenerPhase.Listening && !_socket.Channel!.IsAttached)
        {
            AttachAgain();
        }
    }
}

/// <summary>Why a listener accepts nothing at the moment, though it listens; none: it accepts.</summary>
[Flags]
internal enum AcceptPauseReasons
{
    None = 0,
    /// <summary>It was asked to.</summary>
    Paused = 1,
    /// <summary>Accepting failed for want of descriptors or memory, and is tried again in a while.</summary>
    Exhausted = 2,
}

/// <summary>Puts what a listener's channel has to tell into the listener's mailbox.</summary>
internal sealed class ListenerEventForwarder(IActorRef actor) : IListenChannelOwner
{
    public void OnAccepted(IAcceptedConnection connection) => actor.Tell(new Accepted(connection), ActorRefs.NoSender);

    public void OnAcceptFailed(Errno errno) => actor.Tell(new AcceptFailed(errno), ActorRefs.NoSender);

    internal sealed record Accepted(IAcceptedConnection Connection) : INoSerializationVerificationNeeded;

    internal sealed record AcceptFailed(Errno Errno) : INoSerializationVerificationNeeded;
}
