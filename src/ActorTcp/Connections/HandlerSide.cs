using ActorTcp.Protocol;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>The handler of one connection: its actor, its type, and whether it lives. Used on the loop's thread.</summary>
internal sealed class HandlerSide
{
    private ConnectionProtocol.Register? _register;
    private IActorRef _registrar = ActorRefs.Nobody;

    /// <summary>The end of the connection, as each instance of the handler sees it.</summary>
    public ConnectionEnd End { get; } = new();

    public HandlerLife Life { get; private set; } = HandlerLife.None;

    /// <summary>The handler; Nobody if <see cref="Life"/> is None, Stopped or Failed.</summary>
    public IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    public HandlerType Type { get; private set; }

    /// <summary>Whether the handler is on another node, so that messages to it and from it can be lost.</summary>
    public bool IsRemote { get; private set; }

    public HandlerOptions Options => _register?.HandlerOptions ?? HandlerOptions.Default;

    /// <summary>Whether the handler acknowledges the messages that it has processed: it is a <see cref="TcpHandler"/>.</summary>
    public bool Acknowledges => Type == HandlerType.TcpHandler;

    public bool IsGone => Actor.IsNobody();

    /// <summary>Whether an actor has registered the handler, and receives the failure of that registration.</summary>
    public bool HasRegistrar => !_registrar.IsNobody();

    /// <summary>Whether the handler failed and no other instance has answered.</summary>
    public bool HasFailed => Life is HandlerLife.Failing or HandlerLife.Failed;

    /// <summary>The reason of a connection that ends because its handler has stopped.</summary>
    public CloseReason EndReason => HasFailed ? CloseReason.HandlerFailed : CloseReason.HandlerStopped;

    public void Register(ConnectionProtocol.Register register, IActorRef registrar, Props? props)
    {
        Enter(HandlerLife.Alive);
        _register = register;
        _registrar = registrar;
        Actor = register.Handler;
        IsRemote = Actor is IActorRefScope { IsLocal: false };
        Type = HandlerTypes.Of(Actor, props);
    }

    /// <summary>The handler has another connection. Returns its registration, for the answer.</summary>
    public (ConnectionProtocol.Register Register, IActorRef Registrar) Unregister()
    {
        Enter(HandlerLife.None);
        var registration = (_register!, _registrar);
        Actor = ActorRefs.Nobody;
        _register = null;
        _registrar = ActorRefs.Nobody;
        return registration;
    }

    /// <summary>The handler says that it is a <see cref="TcpHandler"/>.</summary>
    public void EnableAcknowledgements() => Type = HandlerType.TcpHandler;

    /// <summary>The last instance failed, and may have no successor.</summary>
    public void OnFailed()
    {
        if (Life == HandlerLife.Alive)
        {
            Enter(HandlerLife.Failing);
        }
    }

    /// <summary>Another instance has answered.</summary>
    public void OnReplaced()
    {
        if (Life == HandlerLife.Failing)
        {
            Enter(HandlerLife.Alive);
        }
    }

    public void OnTerminated()
    {
        Enter(Life == HandlerLife.Failing ? HandlerLife.Failed : HandlerLife.Stopped);
        Actor = ActorRefs.Nobody;
    }

    private void Enter(HandlerLife next)
    {
        Debug.Assert(
            Life switch
            {
                HandlerLife.None => next == HandlerLife.Alive,
                HandlerLife.Alive => next is HandlerLife.None or HandlerLife.Failing or HandlerLife.Stopped,
                HandlerLife.Failing => next is HandlerLife.Alive or HandlerLife.Failed,
                _ => false,
            },
            $"{next} cannot follow {Life}");
        Life = next;
    }
}

/// <summary>
/// The life of a connection's handler.
/// <code>
/// None ──Register──▶ Alive ──an instance threw and was stopped──▶ Failing ──Terminated──▶ Failed
///  ▲                 │ │  ▲                                         │
///  └──refused────────┘ │  └──another instance has answered──────────┘
///                      └──Terminated──▶ Stopped
/// </code>
/// </summary>
internal enum HandlerLife
{
    /// <summary>No handler is registered.</summary>
    None,
    /// <summary>The handler lives, or is restarting.</summary>
    Alive,
    /// <summary>The last instance failed. The handler is being stopped, or its supervisor may start another instance.</summary>
    Failing,
    /// <summary>The handler has stopped without a failure.</summary>
    Stopped,
    /// <summary>The handler has stopped after a failure.</summary>
    Failed,
}

/// <summary>The kinds of handlers that a connection distinguishes.</summary>
internal enum HandlerType
{
    /// <summary>Nothing.</summary>
    Unknown,
    /// <summary>A supervisor of Akka's, such as BackoffSupervisor, that forwards to a <see cref="global::ActorTcp.TcpHandler"/>, which has not received Connected yet.</summary>
    SupervisedTcpHandler,
    /// <summary>It acknowledges each message.</summary>
    TcpHandler,
    /// <summary>It may stash messages. The connection cannot see that.</summary>
    WithStash,
    /// <summary>It has no stash. When it answers a message, it has processed all messages before it.</summary>
    Plain,
}

/// <summary>Finds the <see cref="HandlerType"/> of an actor.</summary>
internal static class HandlerTypes
{
    /// <summary>By the Props if the connection made the handler, by the actor's own otherwise.</summary>
    public static HandlerType Of(IActorRef handler, Props? props)
    {
        props ??= (handler as ActorRefWithCell)?.Underlying.Props;
        return props switch
        {
            null => HandlerType.Unknown,
            _ when IsTcpHandler(props) => HandlerType.TcpHandler,
            _ when typeof(IActorStash).IsAssignableFrom(props.Type) => HandlerType.WithStash,
            _ when props.Type.Assembly != typeof(ActorBase).Assembly => HandlerType.Plain,
            _ when props.Arguments.OfType<Props>().Any(IsTcpHandler) => HandlerType.SupervisedTcpHandler,
            _ => HandlerType.Unknown,
        };
    }

    private static bool IsTcpHandler(Props props) => typeof(TcpHandler).IsAssignableFrom(props.Type);
}
