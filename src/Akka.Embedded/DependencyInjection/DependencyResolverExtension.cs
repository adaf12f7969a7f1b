using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.DependencyInjection;

public sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        if (setup.HasValue)
            return new DependencyResolver(setup.Value.DependencyResolver);

        var exception = new ConfigurationException(
            $"Actors can only be given services when the setup of the actor system has a {nameof(DependencyResolverSetup)}.");
        system.EventStream.Publish(new Error(exception, "Akka.DependencyInjection", GetType(), exception.Message));
        throw exception;
    }
}
