using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

public sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;

    public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";

    internal override void Apply(ActorCell cell) => cell.AddWatcher(Watchee, Watcher);
}
