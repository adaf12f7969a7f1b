using Akka.Actor.Internal;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>Creation and termination.</summary>
public partial class ActorCell
{
    internal void Create()
    {
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            CheckReceiveTimeout();
            if (_system.Settings.DebugLifecycle)
                PublishDebug($"Started ({_actor})");
        }
        catch (Exception e)
        {
            if (_actor is not null)
            {
                ClearActor(_actor);

                // So that a restart knows that there is nothing to restart.
                _actor = null;
            }

            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    internal void Terminate()
    {
        EndReceiveTimeout();
        UnwatchWatchedActors();
        StopChildren();

        var wasTerminating = IsTerminating;
        if (!WaitForChildren(SuspendReason.Termination))
        {
            SetTerminated();
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            // No user messages while children stop, and no failure of theirs is the supervisor's business any more.
            Dispatcher.Suspend(this);
            Extras.Perpetrator = _self;
            if (_system.Settings.DebugLifecycle)
                PublishDebug("Stopping");
        }
    }

    protected virtual ActorBase CreateNewActorInstance()
    {
        var actor = Props.NewActor();
        if (actor is IActorStash stashing)
            GiveStash(stashing, actor);
        if (actor is IInitializableActor initializable)
            initializable.Init();
        return actor;
    }

    private ActorBase NewActor()
    {
        ClearBehaviors();
        ActorHasBeenCleared = false;
        if (_extras is not null)
            _extras.Strategy = null;
        return CreateNewActorInstance();
    }

    private void GiveStash(IActorStash stashing, ActorBase actor)
    {
        try
        {
            stashing.Stash ??= new MessageStash(this, unbounded: actor is IWithUnboundedStash);
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), actor.GetType(), $"Cannot give a stash to the actor: {e.Message}"));
        }
    }

    private static void Unstash(ActorBase actor)
    {
        if (actor is IActorStash { Stash: { } stash })
            stash.UnstashAll();
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            if (actor is not null)
            {
                actor.AroundPostStop();
                Unstash(actor);
            }
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), ActorType, e.Message));
        }

        try
        {
            Dispatcher.Detach(this);
        }
        finally
        {
            // The parent hears of it as the parent before it hears of it as a watcher.
            Parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
            TellWatchersWeDied();
            UnwatchWatchedActors();
            if (_system.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), ActorType, "Stopped"));
            ClearActor(actor);
            _actor = null;
            Props = Props.Terminated;
            _extras = null;
        }
    }

    private void ClearActor(ActorBase? actor)
    {
        if (actor is not null)
        {
            try
            {
                (actor as IDisposable)?.Dispose();
            }
            catch (Exception e)
            {
                _system.Log.Error(e, "An error occurred while disposing {0} actor. Reason: {1}", actor.GetType(), e.Message);
            }

            Props.Release(actor);
            actor.Clear(_system.DeadLetters);
        }

        ActorHasBeenCleared = true;
        CurrentMessage = null;
        ClearBehaviors();
    }
}
