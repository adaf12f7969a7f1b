using Akka.Actor;
using Akka.Event;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Puts what a connector's connects and lookups have to tell into its mailbox.</summary>
internal sealed class ConnectorMailbox(IActorRef actor) : IConnectingOwner
{
    public void OnConnected(IConnecting connecting) => actor.Tell(new Through(connecting), ActorRefs.NoSender);

    public void OnConnectFailed(IConnecting connecting, Errno errno) => actor.Tell(new Failed(connecting, errno), ActorRefs.NoSender);

    /// <summary>Begins a lookup, whose end is told by a <see cref="Resolved"/> with this cancellation.</summary>
    public void Resolve(IHostResolver resolver, string host, int port, CancellationTokenSource lookup)
    {
        _ = Run();

        async Task Run()
        {
            Resolved resolved;
            try
            {
                resolved = new Resolved(lookup, await resolver.ResolveAsync(host, port, lookup.Token).ConfigureAwait(false), null);
            }
            catch (Exception failure)
            {
                resolved = new Resolved(lookup, [], failure);
            }

            actor.Tell(resolved, ActorRefs.NoSender);
        }
    }

    internal sealed record Through(IConnecting Connecting) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record Failed(IConnecting Connecting, Errno Errno) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record Resolved(CancellationTokenSource Lookup, IReadOnlyList<SockAddr> Addresses, Exception? Failure)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
