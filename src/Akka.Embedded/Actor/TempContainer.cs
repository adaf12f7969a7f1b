using System.Collections.Concurrent;

namespace Akka.Actor;

/// <summary>/temp: the references that answers come to.</summary>
internal sealed class TempContainer(IActorRefProvider provider, ActorPath path) : ActorRefBase
{
    private readonly ConcurrentDictionary<string, IInternalActorRef> _children = new();
    private long _lastName;

    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public ActorPath NextPath() =>
        new ChildActorPath(path, Util.Base64Name.Encode(Interlocked.Increment(ref _lastName), ""), ActorCell.UndefinedUid);

    public void Add(IInternalActorRef child) => _children[child.Path.Name] = child;

    public void Remove(ActorPath child) => _children.TryRemove(child.Name, out _);

    public override IActorRef GetChild(IReadOnlyList<string> name) =>
        name.Count == 0 || string.IsNullOrEmpty(name[0]) ? this
        : _children.TryGetValue(name[0], out var child) ? child.GetChild([.. name.Skip(1)])
        : ActorRefs.Nobody;
}
