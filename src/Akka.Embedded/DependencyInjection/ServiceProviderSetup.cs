using Akka.Actor.Setup;

namespace Akka.DependencyInjection;

[Obsolete("DependencyResolverSetup has taken its place.")]
public class ServiceProviderSetup : Setup
{
    private ServiceProviderSetup(IServiceProvider serviceProvider)
    {
        ServiceProvider = serviceProvider;
    }

    public IServiceProvider ServiceProvider { get; }

    public static ServiceProviderSetup Create(IServiceProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new ServiceProviderSetup(provider);
    }
}
