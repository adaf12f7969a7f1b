using Akka.Dispatch.SysMsg;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>Stands above the root: sees it fail, and end.</summary>
internal sealed class RootGuardianSupervisor(
    ActorPath root, IActorRefProvider provider, TaskCompletionSource<Status> terminationPromise, ILoggingAdapter log) : ActorRefBase
{
    private Exception? _cause;

    public override ActorPath Path { get; } = root / "_Root-guardian-supervisor";

    public override IActorRefProvider Provider => provider;

    public override void Stop() =>
        terminationPromise.TrySetResult(_cause is null ? Status.Success.Instance : new Status.Failure(_cause));

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                log.Error(failed.Cause, "guardian {0} failed, shutting down!", failed.Child);
                _cause = failed.Cause;
                ((IInternalActorRef)failed.Child).Stop();
                break;
            case DeathWatchNotification:
                Stop();
                break;
            default:
                log.Error("{0} received unexpected system message [{1}]", Path, message);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender) =>
        log.Error("{0} received unexpected message [{1}]", Path, message);
}
