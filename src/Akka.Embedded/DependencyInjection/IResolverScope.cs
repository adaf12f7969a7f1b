namespace Akka.DependencyInjection;

/// <summary>A scope for services that live as long as it.</summary>
public interface IResolverScope : IDisposable
{
    IDependencyResolver Resolver { get; }
}
