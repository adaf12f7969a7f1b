using Akka.Actor;

namespace Akka.DependencyInjection;

/// <summary>Where actors get their services from.</summary>
public interface IDependencyResolver
{
    T GetService<T>();

    object GetService(Type type);

    /// <summary>Props of an actor whose constructor takes the given arguments and, for the rest, services.</summary>
    Props Props(Type type, params object[] args);

    Props Props(Type type);

    Props Props<T>(params object[] args)
        where T : ActorBase;
}
