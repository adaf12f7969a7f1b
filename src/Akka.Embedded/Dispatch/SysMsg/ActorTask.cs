using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A part of an async handler that is to run on the actor's turn.</summary>
internal sealed class ActorTask(ActorTaskScheduler scheduler, Task task, object? message) : SystemMessage
{
    internal override void Apply(ActorCell cell)
    {
        cell.CurrentMessage = message;
        scheduler.Execute(task);
        cell.CurrentMessage = null;
    }
}
