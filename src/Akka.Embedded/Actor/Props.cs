using System.Linq.Expressions;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>How to make an actor, as often as it is started: immutable, and safe to share.</summary>
public class Props : IEquatable<Props>
{
    private const string NoTypeText = "Props must be instantiated with an actor type.";

    private readonly IIndirectActorProducer _producer;

    public Props(Type type)
        : this(new Deploy(), type, []) { }

    public Props(Type type, object?[] args)
        : this(new Deploy(), type, args) { }

    public Props(Type type, SupervisorStrategy? supervisorStrategy, IEnumerable<object?> args)
        : this(new Deploy(), type, args.ToArray())
    {
        SupervisorStrategy = supervisorStrategy!;
    }

    public Props(Type type, SupervisorStrategy? supervisorStrategy, params object?[] args)
        : this(new Deploy(), type, args)
    {
        SupervisorStrategy = supervisorStrategy!;
    }

    public Props(Deploy deploy, Type type, IEnumerable<object?> args)
        : this(deploy, type, args.ToArray()) { }

    private Props(Deploy deploy, Type type, object?[] args)
        : this(CreateProducer(type, args), deploy, args) { }

    private Props(IIndirectActorProducer producer, Deploy deploy, object?[] args)
    {
        _producer = producer;
        Deploy = deploy;
        Type = producer.ActorType;
        Arguments = args ?? [];
    }

    public static Props Empty { get; } = Create<EmptyActor>();

    /// <summary>What a stopped actor keeps instead of its props.</summary>
    internal static Props Terminated { get; } = new(new NoProducer(), Deploy.None, []);

    /// <summary>The class of the actor, as far as it is known beforehand.</summary>
    public Type Type { get; }

    public object?[] Arguments { get; }

    public Deploy Deploy { get; protected set; }

    public string Dispatcher =>
        Deploy.Dispatcher == Deploy.NoDispatcherGiven ? Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox;

    public SupervisorStrategy SupervisorStrategy { get; protected set; } = null!;

    /// <summary>From an expression new T(...). Its arguments are evaluated now, once.</summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        var args = Array.Empty<object?>();
        IIndirectActorProducer producer = factory.Body switch
        {
            NewExpression body => new ActivatorProducer(typeof(TActor), args = ExpressionValues.Evaluate(body.Arguments)),
            UnaryExpression => new FactoryProducer(typeof(TActor), factory.Compile()),
            _ => throw new ArgumentException("The create function must be a 'new T (args)' expression"),
        };
        return new Props(producer, Deploy.None, args) { SupervisorStrategy = supervisorStrategy! };
    }

    public static Props Create<TActor>(params object?[] args)
        where TActor : ActorBase => new(new ActivatorProducer(typeof(TActor), args), Deploy.None, args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => Create<TActor>([]).WithSupervisorStrategy(supervisorStrategy);

    public static Props Create(Type type, params object?[] args) => new(type, args);

    public static Props CreateBy(IIndirectActorProducer producer, params object?[] args) => new(producer, Deploy.None, args);

    public Props WithDeploy(Deploy deploy) => With(deploy.WithFallback(Deploy));

    public Props WithDispatcher(string dispatcher) => With(Deploy.WithDispatcher(dispatcher));

    public Props WithMailbox(string mailbox) => With(Deploy.WithMailbox(mailbox));

    public Props WithStashCapacity(int stashCapacity) => With(Deploy.WithStashCapacity(stashCapacity));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        var copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    internal ActorBase NewActor()
    {
        // A factory's exception is the user's own; that of a constructor is told with what was called.
        if (_producer is FactoryProducer)
            return _producer.Produce();
        try
        {
            return _producer.Produce();
        }
        catch (Exception e)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({string.Join(",", Arguments)})", e);
        }
    }

    public bool Equals(Props? other) =>
        other is not null && Deploy.Equals(other.Deploy) && Arguments.Length == other.Arguments.Length && Type == other.Type;

    public override bool Equals(object? obj) => obj?.GetType() == GetType() && Equals((Props)obj);

    public override int GetHashCode() => HashCode.Combine(Deploy, Type);

    internal void Release(ActorBase actor) => _producer.Release(actor);

    private Props Copy() => new(_producer, Deploy, Arguments) { SupervisorStrategy = SupervisorStrategy };

    private static IIndirectActorProducer CreateProducer(Type type, object?[] args)
    {
        if (type is null)
            throw new ArgumentNullException(nameof(type), NoTypeText);
        if (typeof(IIndirectActorProducer).IsAssignableFrom(type))
            return (IIndirectActorProducer)Activator.CreateInstance(type, args)!;
        return typeof(ActorBase).IsAssignableFrom(type)
            ? new ActivatorProducer(type, args)
            : throw new ArgumentException($"Unknown actor producer [{type.FullName}]", nameof(type));
    }

    private Props With(Deploy deploy)
    {
        var copy = Copy();
        copy.Deploy = deploy;
        return copy;
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) { }
    }

    private sealed class NoProducer : IIndirectActorProducer
    {
        public Type ActorType => typeof(ActorBase);

        public ActorBase Produce() => throw new InvalidOperationException("This actor has been terminated");

        public void Release(ActorBase actor) { }
    }
}
