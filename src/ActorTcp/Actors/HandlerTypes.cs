using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>What a connection can know of its handler's class.</summary>
internal enum HandlerType
{
    /// <summary>Nothing: it is registered, or supervises the real handler.</summary>
    Unknown,
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
        var type = props?.Type ?? (handler as ActorRefWithCell)?.Underlying.Props?.Type;
        if (type is null)
        {
            return HandlerType.Unknown;
        }

        if (typeof(TcpHandler).IsAssignableFrom(type))
        {
            return HandlerType.TcpHandler;
        }

        return typeof(IActorStash).IsAssignableFrom(type) ? HandlerType.WithStash
            : type.Assembly == typeof(ActorBase).Assembly ? HandlerType.Unknown
            : HandlerType.Plain;
    }
}
