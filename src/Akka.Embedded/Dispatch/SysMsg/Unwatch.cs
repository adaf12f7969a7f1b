using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;

    public override string ToString() => $"<Unwatch>: {Watcher} wants to unwatch {Watchee}";

    internal override void Apply(ActorCell cell) => cell.RemoveWatcher(Watchee, Watcher);
}
