using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Demo.Doc;

/// <summary>A task of <c>doc-multitask</c> that is an actor. It adopts connections on its own poll loop, and is the handler of all of them.</summary>
internal sealed class DocTask : ReceiveActor
{
    private readonly Dictionary<IActorRef, Client> _clients = [];

    public DocTask(int number)
    {
        var manager = Context.System.ActorTcp().Manager;
        Receive<TakeOver>(message => manager.Tell(new AdoptionProtocol.Adopt(message.SockFd) { Loop = number }));
        Receive<AdoptionProtocol.Adopted>(adopted => adopted.Connection.Tell(new ConnectionProtocol.Register(Self)));
        Receive<AdoptionProtocol.AdoptFailed>(failed => Console.Error.WriteLine($"Task {number}: {failed.Text}"));

        // The sender of these messages is a connection.
        Receive<ConnectionProtocol.Connected>(connected => _clients.Add(Sender, new Client(connected.RemoteAddress, new ReceivedText())));
        Receive<Received>(received =>
            Console.WriteLine($"Task {number} Client: {_clients[Sender].Remote.Addr} Say: {_clients[Sender].Text.Add(received.Span)}"));
        Receive<ConnectionProtocol.PeerEof>(_ => { });
        Receive<ConnectionProtocol.Closed>(_ =>
        {
            Console.WriteLine($"Task {number} Client lost: {_clients[Sender].Remote}");
            _clients.Remove(Sender);
        });
    }

    public static Props Props(int number) => Akka.Actor.Props.Create(() => new DocTask(number));

    /// <summary>A connection for this task.</summary>
    /// <param name="SockFd">The descriptor.</param>
    /// <param name="Remote">The peer.</param>
    internal sealed record TakeOver(int SockFd, SockAddr Remote);

    private sealed record Client(SockAddr Remote, ReceivedText Text);
}
