using System.Collections.Concurrent;
using System.Reflection;

namespace Akka.Actor.Internal;

/// <summary>Calls the constructor that takes the arguments.</summary>
internal sealed class ActivatorProducer(Type actorType, object?[] args) : IIndirectActorProducer
{
    // The only public constructor with so many parameters; null where there are several, or none.
    private static readonly ConcurrentDictionary<(Type Type, int Parameters), ConstructorInvoker?> _constructors = new();

    private readonly object?[] _args = args ?? [];

    public Type ActorType { get; } = actorType;

    public ActorBase Produce()
    {
        if (_constructors.GetOrAdd((ActorType, _args.Length), Find) is not { } constructor)
            return (ActorBase)Activator.CreateInstance(ActorType, _args)!;
        try
        {
            return (ActorBase)(_args.Length == 0 ? constructor.Invoke() : constructor.Invoke(_args.AsSpan()));
        }
        catch (ArgumentException e) when (e.TargetSite?.DeclaringType?.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
        {
            // Either of the call or of the constructor; the slower way tells the two apart.
            return (ActorBase)Activator.CreateInstance(ActorType, _args)!;
        }
        catch (Exception e)
        {
            throw new TargetInvocationException(e);
        }
    }

    public void Release(ActorBase actor) { }

    private static ConstructorInvoker? Find((Type Type, int Parameters) key)
    {
        if (key.Type.IsAbstract)
            return null;
        var fitting = key.Type.GetConstructors().Where(c => c.GetParameters().Length == key.Parameters).Take(2).ToArray();
        return fitting.Length == 1 ? ConstructorInvoker.Create(fitting[0]) : null;
    }
}
