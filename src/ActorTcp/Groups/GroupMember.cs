using Akka.Actor;

namespace ActorTcp;

/// <summary>A member of a group, as other members see it.</summary>
/// <remarks>Names need not be unique. Two members of a group with the same name on the same node are equal values, and are listed twice.</remarks>
/// <param name="Name">The name with which it joined; the path of its actor if it joined without a name.</param>
/// <param name="Node">The address of its node, for example <c>akka.tcp://chat@10.0.0.7:4053</c>. Without a cluster it is the address of the actor system.</param>
public sealed record GroupMember(string Name, Address Node) : INoSerializationVerificationNeeded;
