using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The provider of <see cref="ActorTcpExtension"/>, for <c>akka.extensions</c> in HOCON and for Akka.Hosting's <c>WithExtension</c>.
/// </summary>
public sealed class ActorTcpExtensionProvider : ExtensionIdProvider<ActorTcpExtension>
{
    /// <inheritdoc/>
    public override ActorTcpExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
