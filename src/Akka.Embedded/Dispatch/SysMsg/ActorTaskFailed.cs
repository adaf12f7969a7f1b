using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>An async handler has failed.</summary>
internal sealed class ActorTaskFailed(Exception exception, object? message) : SystemMessage
{
    internal override void Apply(ActorCell cell)
    {
        cell.CurrentMessage = message;
        cell.FailAsync(exception);
    }
}
