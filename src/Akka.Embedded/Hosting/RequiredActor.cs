using Akka.Actor;

namespace Akka.Hosting;

public sealed class RequiredActor<TActor>(IReadOnlyActorRegistry registry) : IRequiredActor<TActor>
{
    private IActorRef? _known;

    public IActorRef ActorRef
    {
        get
        {
            // As in Akka.Hosting, a look that comes too early throws, and every later one finds the Nobody that it got.
            if (_known is null && !registry.TryGet<TActor>(out _known))
                throw new MissingActorRegistryEntryException(
                    $"There is no actor for {typeof(TActor)} yet; where services are made before the actor system has started, await {nameof(GetAsync)} instead.");
            return _known;
        }
    }

    public async Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) =>
        _known ??= await registry.GetAsync<TActor>(cancellationToken).ConfigureAwait(false);
}
