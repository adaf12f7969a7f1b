using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Actors by a type that stands for them, which need not be their class.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    bool TryGet<TKey>(out IActorRef actor);

    bool TryGet(Type key, out IActorRef actor);

    IActorRef Get<TKey>();

    /// <summary>The actor, when it has been registered.</summary>
    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);

    Task<IActorRef> GetAsync(Type key, CancellationToken ct = default);
}
