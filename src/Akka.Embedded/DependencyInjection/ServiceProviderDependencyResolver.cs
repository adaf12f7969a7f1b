using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Services and actors from a service provider. An actor gets no scope of its own: it makes one if it needs one.</summary>
public class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    public IServiceProvider ServiceProvider { get; } = serviceProvider;

    public T GetService<T>() => ServiceProvider.GetService<T>()!;

    public object GetService(Type type) => ServiceProvider.GetService(type)!;

    public Props Props(Type type, params object[] args)
    {
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException($"{type} is not an actor: it does not derive from {typeof(ActorBase)}.", nameof(type));
        return Actor.Props.CreateBy(new Producer(ServiceProvider, type, args));
    }

    public Props Props(Type type) => Props(type, []);

    public Props Props<T>(params object[] args)
        where T : ActorBase => Props(typeof(T), args);

    private sealed class Producer(IServiceProvider services, Type actorType, object[] args) : IIndirectActorProducer
    {
        public Type ActorType => actorType;

        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(services, actorType, args);

        public void Release(ActorBase actor)
        {
            // The actor's services are the provider's to dispose of.
        }
    }
}
