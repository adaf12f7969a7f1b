using Akka.Actor;

namespace ActorTcp;

/// <summary>The answers and notices of <see cref="ActorDirectory"/>. They can be sent within a node only.</summary>
public static class DirectoryProtocol
{
    /// <summary>The answer to a registration: <see cref="Registered"/> or <see cref="NameTaken"/>.</summary>
    /// <param name="Name">The name.</param>
    public abstract record RegisterAnswer(string Name) : INoSerializationVerificationNeeded;

    /// <summary>The actor has the name now. The answer is the same if it had the name before.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Actor">The actor.</param>
    public sealed record Registered(string Name, IActorRef Actor) : RegisterAnswer(Name);

    /// <summary>Another actor has the name. Nothing was changed.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Holder">The actor that has the name.</param>
    /// <param name="Node">The address of the node where the holder was registered.</param>
    public sealed record NameTaken(string Name, IActorRef Holder, Address Node) : RegisterAnswer(Name);

    /// <summary>The answer to <see cref="ActorDirectory.Find"/>.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Actor">The actor that has the name; null if no actor has it.</param>
    public sealed record Found(string Name, IActorRef? Actor) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To the actor that registered the name: two nodes registered it at the same time, or during a partition, and the other registration is older. The
    /// actor does not have the name any more.
    /// </summary>
    /// <param name="Name">The name.</param>
    /// <param name="Actor">The actor that has lost the name.</param>
    /// <param name="Winner">The actor that has the name.</param>
    public sealed record NameLost(string Name, IActorRef Actor, IActorRef Winner) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To the actor that registered the name: two nodes registered it at the same time, or during a partition, and this registration is older. The actor
    /// keeps the name.
    /// </summary>
    /// <param name="Name">The name.</param>
    /// <param name="Actor">The actor that keeps the name.</param>
    /// <param name="Loser">The actor that has lost the name.</param>
    public sealed record NameKept(string Name, IActorRef Actor, IActorRef Loser) : INoSerializationVerificationNeeded;
}
