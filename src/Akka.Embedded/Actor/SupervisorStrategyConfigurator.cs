using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Makes the strategy of the user guardian; configuration names a derived class.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName) =>
        TypeNames.Find(typeName) is { } type
            ? TypeNames.Create<SupervisorStrategyConfigurator>(type)
            : throw new ConfigurationException($"Could not resolve SupervisorStrategyConfigurator type {typeName}");

    public abstract SupervisorStrategy Create();
}
