using ActorTcp.Sockets;

namespace ActorTcp.Demo.Doc;

/// <summary>A task of <c>doc-multitask</c> that is a thread. It takes connections over, and prints their text in callbacks of its own poll dispatcher.</summary>
internal sealed class DocThread : IDisposable
{
    // One buffer for all clients of this task, because its callbacks run on one thread.
    private readonly byte[] _buffer = new byte[4096];
    private readonly HashSet<Tcp> _clients = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly int _number;
    private readonly Thread _thread;
    private readonly PollDispatcher _dispatcher;

    public DocThread(int number)
    {
        _number = number;
        var started = new TaskCompletionSource<PollDispatcher>();
        _thread = new Thread(() =>
        {
            started.SetResult(PollDispatcher.Current);
            PollDispatcher.Current.Forever(_ending.Token);
            foreach (var client in _clients)
            {
                client.Close();
            }

            PollDispatcher.Current.Dispose();
        })
        {
            Name = $"task-{number}",
            IsBackground = true,
        };
        _thread.Start();
        _dispatcher = started.Task.Result;
    }

    /// <summary>Sends a descriptor to this task. May be called from any thread.</summary>
    /// <param name="sockFd">The descriptor.</param>
    /// <param name="remote">The peer.</param>
    public void TakeOver(int sockFd, SockAddr remote) => _dispatcher.Post(() => Take(sockFd, remote));

    public void Dispose()
    {
        _ending.Cancel();
        _thread.Join();
        _ending.Dispose();
    }

    private void Take(int sockFd, SockAddr remote)
    {
        if (Tcp.CreateByFd(sockFd) is not { } client)
        {
            Console.Error.WriteLine($"Task {_number} cannot take descriptor {sockFd} over: {Tcp.ErrorText()}.");
            return;
        }

        _clients.Add(client);
        var text = new ReceivedText();
        _dispatcher.Add(_dispatcher.Event(IoMethod.Read, client.SockFd, (_, _) => OnReadable(client, remote, text)));
    }

    private bool OnReadable(Tcp client, SockAddr remote, ReceivedText text)
    {
        var count = client.Recv(_buffer, timeout: TimeSpan.Zero);
        if (count > 0)
        {
            Console.WriteLine($"Task {_number} Client: {remote.Addr} Say: {text.Add(_buffer.AsSpan(0, count))}");
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
}
