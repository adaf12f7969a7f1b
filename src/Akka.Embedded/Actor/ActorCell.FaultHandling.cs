using System.Runtime.ExceptionServices;
using Akka.Actor.Internal;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>
/// Failure, and what the supervisor decides about it. The mailbox counts suspensions, and every suspension is
/// followed by exactly one Resume or Recreate, also when the two meet a stop or one another.
/// </summary>
public partial class ActorCell
{
    private bool IsFailed => _extras?.Perpetrator is not null;

    internal void FaultSuspend()
    {
        Dispatcher.Suspend(this);
        SuspendChildren();
    }

    internal void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), $"Changing Resume into Create after {causedByFailure}"));
            FaultCreate();
            return;
        }

        var perpetrator = _extras?.Perpetrator;
        Dispatcher.Resume(this);
        if (causedByFailure is not null)
            ClearFailed();
        ResumeChildren(causedByFailure, perpetrator);
    }

    internal void FaultRecreate(Exception cause)
    {
        if (_actor is not { } failed)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), $"Changing Recreate into Create after {cause}"));
            FaultCreate();
            return;
        }

        if (!IsNormal)
        {
            // Only to keep the count of suspensions balanced.
            FaultResume(null);
            return;
        }

        if (_system.Settings.DebugLifecycle)
            PublishDebug("Restarting");
        var message = CurrentMessage;
        try
        {
            failed.AroundPreRestart(cause, message!);
            Unstash(failed);
        }
        catch (Exception e)
        {
            // A failure here changes nothing; the instance is given up anyway.
            Publish(new Error(new PreRestartException(_self, e, cause, message), _self.Path.ToString(), failed.GetType(), e.Message));
        }
        finally
        {
            ClearActor(failed);
        }

        Extras.RestartCause = cause;
        if (!WaitForChildren(SuspendReason.Recreation))
            FinishRecreate(cause, failed);
    }

    internal void HandleFailed(Failed failure)
    {
        CurrentMessage = failure;
        Sender = failure.Child.IsNobody() ? _system.DeadLetters : failure.Child;
        if (_children?.FindStats(failure.Child) is not { } stats)
            PublishDebug($"Dropping Failed({failure.Cause}) from unknown child {failure.Child}");
        else if (stats.Uid != failure.Uid)
            PublishDebug($"Dropping Failed({failure.Cause}) from old child {failure.Child} (uid={stats.Uid} != {failure.Uid})");
        else if (_actor is not null && !Strategy(_actor).HandleFailure(this, failure.Child, failure.Cause, stats, Children.GetStats()))
            ExceptionDispatchInfo.Throw(failure.Cause);
    }

    /// <summary>An async handler failed; its suspension of the mailbox ends, and that of the failure begins.</summary>
    internal void FailAsync(Exception cause)
    {
        Dispatcher.Resume(this);
        HandleInvokeFailure(cause);
    }

    /// <summary>Suspends this actor and its children, and asks the parent what to do.</summary>
    internal void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IActorRef>? childrenNotToSuspend = null)
    {
        if (IsFailed)
            return;
        try
        {
            Dispatcher.Suspend(this);
            if (CurrentMessage is Failed)
            {
                // Escalated: the child that failed is suspended already.
                childrenNotToSuspend = [.. childrenNotToSuspend ?? [], Sender];
                Extras.Perpetrator = Sender;
            }
            else
            {
                Extras.Perpetrator = _self;
            }

            SuspendChildren(childrenNotToSuspend);
            Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), ActorType, $"Emergency stop: exception in failure handling for {cause}"));
            StopChildren();
            FinishTerminate();
        }
    }

    /// <summary>That of the props, or what this incarnation gives when it is first asked.</summary>
    private SupervisorStrategy Strategy(ActorBase actor) =>
        Props.SupervisorStrategy ?? (Extras.Strategy ??= actor.CreateSupervisorStrategy());

    private void ClearFailed()
    {
        if (_extras is not null)
            _extras.Perpetrator = null;
    }

    /// <summary>There is no instance to restart, since its creation failed: begins again from the beginning.</summary>
    private void FaultCreate()
    {
        EndReceiveTimeout();
        StopChildren();
        if (!WaitForChildren(SuspendReason.Creation))
            FinishCreate();
    }

    private void FinishCreate()
    {
        Dispatcher.Resume(this);
        ClearFailed();
        try
        {
            Create();
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private void FinishRecreate(Exception cause, ActorBase failed)
    {
        // The new instance may create children of its own, which are not to be restarted.
        var survivors = GetChildren().ToArray();
        try
        {
            Dispatcher.Resume(this);
            ClearFailed();
            Extras.RestartCause = null;
            var fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failed))
                fresh.Unclear();
            fresh.AroundPostRestart(cause, null!);
            if (_system.Settings.DebugLifecycle)
                PublishDebug($"Restarted ({fresh})");
            foreach (var survivor in survivors)
                survivor.Restart(cause);
        }
        catch (Exception e)
        {
            // So that PreRestart is not called on this instance.
            ClearActor(_actor);
            HandleInvokeFailure(new PostRestartException(_self, e, cause), survivors);
        }
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var waitedFor = _children!.Remove(child);
        if (_actor is not null)
        {
            try
            {
                Strategy(_actor).HandleChildTerminated(this, child, _children);
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), ActorType, "HandleChildTerminated failed"));
                HandleInvokeFailure(e);
            }
        }

        switch (waitedFor)
        {
            case SuspendReason.Recreation:
                FinishRecreate(_extras!.RestartCause!, _actor!);
                break;
            case SuspendReason.Creation:
                FinishCreate();
                break;
            case SuspendReason.Termination:
                FinishTerminate();
                break;
        }
    }
}
