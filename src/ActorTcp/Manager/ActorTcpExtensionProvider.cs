using Akka.Actor;

namespace ActorTcp;

/// <summary>Akka's way to the extension, for <c>akka.extensions</c> in configuration and <c>WithExtension</c>.</summary>
public sealed class ActorTcpExtensionProvider : ExtensionIdProvider<ActorTcpExtension>
{
    /// <inheritdoc/>
    public override ActorTcpExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
