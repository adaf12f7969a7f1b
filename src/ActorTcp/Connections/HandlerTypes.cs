using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>What a connection can know of its handler's class.</summary>
internal enum HandlerType
{
    /// <summary>Nothing.</summary>
    Unknown,
    /// <summary>A supervisor of Akka's, such as BackoffSupervisor, that forwards to a <see cref="global::ActorTcp.TcpHandler"/>, which has not received Connected yet.</summary>
    SupervisedTcpHandler,
    /// <summary>It confirms each message by itself.</summary>
    TcpHandler,
    /// <summary>It may stash what it receives, and nobody can see that from outside.</summary>
    WithStash,
    /// <summary>It has processed what came before a message when it answers that message.</summary>
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
