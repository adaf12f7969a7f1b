using System.Text;
using Akka.Actor;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary>A task of <c>doc-multitask</c>: takes connections over and prints what they say.</summary>
internal sealed class DocTask : ReceiveActor
{
    // One for all clients of this task: its messages and its callbacks run on one thread, the loop's.
    private readonly byte[] _buffer = new byte[4096];
    private readonly HashSet<Tcp> _clients = [];
    private readonly int _number;

    public DocTask(int number)
    {
        _number = number;
        Receive<TakeOver>(message => Take(message));
    }

    public static Props Props(int number) => Akka.Actor.Props.Create(() => new DocTask(number));

    protected override void PostStop()
    {
        foreach (var client in _clients)
        {
            client.Close();
        }
    }

    private void Take(TakeOver message)
    {
        if (Tcp.CreateByFd(message.SockFd) is not { } client)
        {
            Console.Error.WriteLine($"Task {_number} cannot take {message.SockFd}: {Tcp.ErrorText()}.");
            return;
        }

        // On a loop's thread this is the loop's own dispatcher: the loop turns it, nobody polls.
        _clients.Add(client);
        var dispatcher = PollDispatcher.Current;
        dispatcher.Add(dispatcher.Event(IoMethod.Read, client.SockFd, (_, _) => OnReadable(client, message.Remote)));
    }

    private bool OnReadable(Tcp client, SockAddr remote)
    {
        var count = client.Recv(_buffer, timeout: TimeSpan.Zero);
        if (count > 0)
        {
            Console.WriteLine($"Task {_number} Client: {remote.Addr} Say: {Encoding.UTF8.GetString(_buffer, 0, count)}");
            return true;
        }

        if (count.Errno == Errno.EAGAIN)
        {
            return true;
        }

        Console.WriteLine($"Task {_number} Client lost: {remote}");
        _clients.Remove(client);
        client.Close();
        return false;
    }

    /// <summary>A connection for this task.</summary>
    /// <param name="SockFd">Its descriptor, which nobody else owns.</param>
    /// <param name="Remote">The peer.</param>
    internal sealed record TakeOver(int SockFd, SockAddr Remote);
}
