namespace ActorTcp.Tests.Transport.InMemory;

/// <summary>A network in memory: listeners by address, and connections that are pairs of pipes. It opens no socket.</summary>
internal sealed class MemoryTransport : ITransport
{
    /// <summary>The bytes that a connection holds in each direction, like the kernel's buffers.</summary>
    public const int PipeCapacity = 16 * 1024;

    private const int FirstPort = 20_000;

    private readonly ConcurrentDictionary<SockAddr, MemoryListenChannel> _listeners = new();
    private int _lastPort = FirstPort;

    public TimeSpan LongestClose => TimeSpan.Zero;

    public ListenFailure? Listen(ListenRequest request, out IListenChannel? channel)
    {
        channel = null;
        if (request.Sockets is { } sockets)
        {
            foreach (var socket in sockets)
            {
                socket.Close();
            }

            return new ListenFailure(Errno.EOPNOTSUPP);
        }

        var address = request.Addresses[0];
        if (address.Port == 0)
        {
            address = address.WithPort(NextPort());
        }

        var listener = new MemoryListenChannel(this, address);
        if (!_listeners.TryAdd(address, listener))
        {
            return new ListenFailure(Errno.EADDRINUSE, address);
        }

        channel = listener;
        return null;
    }

    public IConnectAttempt Connect(SockAddr remote, ConnectOptions options, PollLoop loop) => new MemoryConnectAttempt(this, remote, loop);

    public IChannel? Adopt(Tcp tcp, SockAddr remote, PollLoop loop) => null;

    public Task WhenClosed(PollLoop loop) => Task.CompletedTask;

    /// <summary>Connects without an actor: the test is the peer.</summary>
    public MemoryPeer ConnectPeer(SockAddr address) => new(TryConnect(address) ?? throw new InvalidOperationException($"nothing listens on {address}"));

    /// <summary>Returns the client's end of a connection to a listener; null: it is refused.</summary>
    public PipeEnd? TryConnect(SockAddr address)
    {
        if (!_listeners.TryGetValue(address, out var listener))
        {
            return null;
        }

        var (client, server) = PipeEnd.Pair(address.WithPort(NextPort()), address, PipeCapacity);
        listener.Enqueue(server);
        return client;
    }

    public void Remove(MemoryListenChannel listener) => _listeners.TryRemove(listener.LocalAddresses[0], out _);

    private int NextPort() => Interlocked.Increment(ref _lastPort);
}

/// <summary>A connect in memory. The result comes in a later turn, as with a real connect.</summary>
internal sealed class MemoryConnectAttempt(MemoryTransport transport, SockAddr remote, PollLoop loop) : IConnectAttempt
{
    private PipeEnd? _end;
    private bool _isClosed;

    public SockAddr RemoteAddress => remote;

    public SocketOption? RefusedOption => null;

    public int Begin(IConnectAttemptOwner owner)
    {
        loop.Post(() =>
        {
            if (_isClosed)
            {
                return;
            }

            _end = transport.TryConnect(remote);
            if (_end is null)
            {
                owner.OnConnectFailed(this, Errno.ECONNREFUSED);
            }
            else
            {
                owner.OnConnected(this);
            }
        });
        return 0;
    }

    public IChannel Take()
    {
        var taken = new MemoryChannel(_end!, loop);
        _end = null;
        return taken;
    }

    public void Close()
    {
        _isClosed = true;
        _end?.Close(reset: true);
        _end = null;
    }
}

/// <summary>A listener in memory, with its backlog.</summary>
internal sealed class MemoryListenChannel(MemoryTransport transport, SockAddr address) : IListenChannel
{
    private readonly ConcurrentQueue<PipeEnd> _backlog = new();
    private PollLoop? _loop;
    private IListenChannelOwner? _owner;
    private long _allowed;

    public IReadOnlyList<SockAddr> LocalAddresses { get; } = [address];

    public int Ports => 1;

    public long Accepted { get; private set; }

    public bool IsOpen { get; private set; } = true;

    public bool IsAttached => _owner is not null;

    /// <summary>The number of connections in the backlog.</summary>
    public int Backlog => _backlog.Count;

    public void Enqueue(PipeEnd server)
    {
        _backlog.Enqueue(server);
        _loop?.Post(Accept);
    }

    public Errno SetOption(SocketOption option) => 0;

    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return Errno.EOPNOTSUPP;
    }

    public Errno AddPorts(int count) => Errno.EOPNOTSUPP;

    public Errno Attach(PollLoop loop, IListenChannelOwner owner)
    {
        (_loop, _owner, _allowed) = (loop, owner, 0);
        return 0;
    }

    public void Allow(long processed, long more)
    {
        _allowed = Math.Max(0, more - (Accepted - processed));
        _loop?.Post(Accept);
    }

    public void AcceptPending(Action<IAcceptedConnection> onAccepted)
    {
        while (IsAttached && _backlog.TryDequeue(out var server))
        {
            Accepted++;
            onAccepted(new AcceptedEnd(server));
        }
    }

    public void Detach() => _owner = null;

    public void Close()
    {
        Detach();
        IsOpen = false;
        transport.Remove(this);
        while (_backlog.TryDequeue(out var server))
        {
            server.Close(reset: true);
        }
    }

    private void Accept()
    {
        while (_owner is not null && _allowed > 0 && _backlog.TryDequeue(out var server))
        {
            Accepted++;
            _allowed--;
            _owner.OnAccepted(new AcceptedEnd(server));
        }
    }

    private sealed class AcceptedEnd(PipeEnd server) : IAcceptedConnection
    {
        public SockAddr RemoteAddress => server.RemoteAddress;

        public IChannel On(PollLoop loop) => new MemoryChannel(server, loop);

        public void Refuse(ReadOnlySpan<byte> answer)
        {
            _ = server.Outgoing.Write(answer);
            server.Close(reset: false);
        }

        public void Reset() => server.Close(reset: true);
    }
}

/// <summary>The test's end of an in-memory connection.</summary>
internal sealed class MemoryPeer(PipeEnd end)
{
    /// <summary>Sends all bytes, as fast as the other end reads them.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var written = await AfterChangeAsync(() => end.Outgoing.Write(bytes.Span), written => written == 0);
            Assert.True(written > 0, $"{(Errno)(-written)} while sending");
            bytes = bytes[written..];
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads bytes until there are this many, or until the end of the stream.</summary>
    public async Task<byte[]> ReadAsync(int length = int.MaxValue)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (bytes.Length < length)
        {
            var read = await AfterChangeAsync(() => end.Incoming.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - bytes.Length))), read => read == -(int)Errno.EAGAIN);
            if (read == 0)
            {
                break;
            }

            Assert.True(read > 0, $"{(Errno)(-read)} while reading");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    public async Task<string> ReadTextAsync(int length) => Encoding.UTF8.GetString(await ReadAsync(length));

    public void ShutdownWrite() => end.Outgoing.End();

    public void Reset() => end.Close(reset: true);

    private async Task<int> AfterChangeAsync(Func<int> attempt, Predicate<int> isNotYet)
    {
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Notify() => changed.TrySetResult();
            end.Incoming.Changed += Notify;
            end.Outgoing.Changed += Notify;
            try
            {
                if (attempt() is var result && !isNotYet(result))
                {
                    return result;
                }

                await changed.Task.WaitAsync(TimeSpan.FromSeconds(60));
            }
            finally
            {
                end.Incoming.Changed -= Notify;
                end.Outgoing.Changed -= Notify;
            }
        }
    }
}
