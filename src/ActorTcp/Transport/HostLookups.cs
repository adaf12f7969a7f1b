using System.Net;
using System.Net.Sockets;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// Looks up host names for the connectors and the Binds of an actor system. Can be called from any thread.
/// <code>
/// queued ──a thread is free──▶ running ──────────answer──────────▶ ended
///                                 │ all its requests are given up    ▲
///                                 └─────────▶ overdue ────answer─────┘
/// </code>
/// </summary>
/// <remarks>
/// <para>A lookup by the operating system blocks its thread and cannot be cancelled. So lookups have their own threads, and a lookup that hangs
/// does not block other work.</para>
/// <para>At most <see cref="MaxRunning"/> lookups are running. An overdue lookup keeps its thread until it ends, but it does not count as running,
/// so the next one can start. With <see cref="MaxThreads"/> threads no lookup starts.</para>
/// <para>A request for a host and port with an existing lookup joins that lookup, even if it is overdue. So each host and port has at most one
/// thread, even with many requests.</para>
/// </remarks>
internal sealed class HostLookups(IHostResolver resolver, string threadName)
{
    internal const int MaxRunning = 4;
    internal const int MaxThreads = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, int Port), HostLookup> _lookups = [];
    private readonly LinkedList<HostLookup> _queue = [];
    private int _running;
    private int _threads;

    /// <summary>Requests the addresses of a host. The owner is notified of the result, unless the request is given up before.</summary>
    public HostRequest Request(string host, int port, IHostLookupOwner owner)
    {
        lock (_lock)
        {
            if (!_lookups.TryGetValue((host, port), out var lookup))
            {
                lookup = new HostLookup(host, port);
                _lookups.Add((host, port), lookup);
                _queue.AddLast(lookup);
            }

            var request = new HostRequest(lookup, owner);
            lookup.Requests.Add(request);
            StartThreads();
            return request;
        }
    }

    /// <summary>Gives a request up, because its owner no longer waits for it. Returns the state of the lookup, for an error text.</summary>
    public string GiveUp(HostRequest request)
    {
        var lookup = request.Lookup;
        lock (_lock)
        {
            var isLast = lookup.Requests.Remove(request) && lookup.Requests.Count == 0;
            if (lookup.State == HostLookupState.Queued)
            {
                if (isLast)
                {
                    _queue.Remove(lookup);
                    _lookups.Remove((lookup.Host, lookup.Port));
                }

                return $"the lookup did not start, because {_threads} others have not ended";
            }

            if (isLast)
            {
                // The cancellation runs callbacks of the resolver, which must not run on this thread, because it is a poll loop.
                _ = lookup.Cancellation.CancelAsync();
                if (lookup.State == HostLookupState.Running)
                {
                    lookup.State = HostLookupState.Overdue;
                    _running--;
                    StartThreads();
                }
            }

            return "the lookup has not ended";
        }
    }

    /// <summary>Starts threads for queued lookups. Called under the lock. If a thread cannot be started, its lookup stays in the queue.</summary>
    private void StartThreads()
    {
        while (CanStart() && _queue.First is { } first)
        {
            new Thread(() => Run(first.Value)) { IsBackground = true, Name = threadName }.Start();
            _threads++;
            Dequeue(first);
        }
    }

    private bool CanStart() => _running < MaxRunning && _threads < MaxThreads;

    private void Dequeue(LinkedListNode<HostLookup> first)
    {
        _queue.Remove(first);
        first.Value.State = HostLookupState.Running;
        _running++;
    }

    private void Run(HostLookup? lookup)
    {
        while (lookup is not null)
        {
            lookup = End(lookup, Resolve(lookup));
        }
    }

    private (IReadOnlyList<SockAddr> Addresses, Exception? Failure) Resolve(HostLookup lookup)
    {
        try
        {
            // The wait for an asynchronous lookup ends as soon as it is cancelled. A lookup that blocks keeps this thread.
            var cancellation = lookup.Cancellation.Token;
            var addresses = resolver.ResolveAsync(lookup.Host, lookup.Port, cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
            return ([.. addresses.OfType<SockAddr>()], null);
        }
        catch (Exception failure)
        {
            return ([], failure);
        }
    }

    /// <summary>Ends a lookup and notifies its owners. Returns the next lookup of this thread; null if the thread ends.</summary>
    private HostLookup? End(HostLookup lookup, (IReadOnlyList<SockAddr> Addresses, Exception? Failure) result)
    {
        HostLookup? next = null;
        List<HostRequest> requests;
        lock (_lock)
        {
            if (result.Failure is not null && lookup.Cancellation.IsCancellationRequested && lookup.Requests.Count > 0)
            {
                // It failed because it was cancelled, and requests have joined it since.
                lookup.Cancellation = new CancellationTokenSource();
                return lookup;
            }

            requests = [.. lookup.Requests];
            lookup.Requests.Clear();
            _lookups.Remove((lookup.Host, lookup.Port));
            _running -= lookup.State == HostLookupState.Running ? 1 : 0;
            _threads--;
            if (CanStart() && _queue.First is { } first)
            {
                _threads++;
                Dequeue(first);
                next = first.Value;
            }
        }

        foreach (var request in requests)
        {
            request.Owner.OnLookedUp(new HostLookupResult(request, result.Addresses, result.Failure));
        }

        return next;
    }
}

/// <summary>A lookup of one host and port. Its members are used under the lock of <see cref="HostLookups"/>.</summary>
internal sealed class HostLookup(string host, int port)
{
    public string Host => host;

    public int Port => port;

    /// <summary>The requests that wait for the result.</summary>
    public List<HostRequest> Requests { get; } = [];

    /// <summary>The cancellation of the lookup, which is requested when its last request is given up.</summary>
    public CancellationTokenSource Cancellation { get; set; } = new();

    public HostLookupState State { get; set; }
}

/// <summary>The state of a lookup; <see cref="HostLookups"/> has the diagram.</summary>
internal enum HostLookupState
{
    Queued,
    Running,
    Overdue,
}

/// <summary>A request for the addresses of a host. Its owner can give it up.</summary>
internal sealed class HostRequest(HostLookup lookup, IHostLookupOwner owner)
{
    public HostLookup Lookup => lookup;

    public IHostLookupOwner Owner => owner;
}

/// <summary>Is notified of the result of a <see cref="HostRequest"/>, once, on a thread of <see cref="HostLookups"/>. Must not throw.</summary>
internal interface IHostLookupOwner
{
    void OnLookedUp(HostLookupResult result);
}

/// <summary>The result of a request: addresses, or a failure.</summary>
internal sealed record HostLookupResult(HostRequest Request, IReadOnlyList<SockAddr> Addresses, Exception? Failure)
{
    /// <summary>The error of a result without an address; null if it has addresses.</summary>
    public (Errno Errno, string Text)? FailureOf(string host) => Failure is not null
        ? (ErrnoOf(Failure), $"{host} cannot be looked up: {Failure.Message}")
        : Addresses.Count == 0 ? (Errno.ENOENT, $"{host} has no address") : null;

    private static Errno ErrnoOf(Exception failure) => (failure as SocketException)?.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData => Errno.ENOENT,
        SocketError.TryAgain => Errno.EAGAIN,
        _ => Errno.EIO,
    };
}

/// <summary>Looks up hosts with getaddrinfo(3), which sorts the addresses by RFC 6724: IPv6 first if the machine has an IPv6 route.</summary>
internal sealed class SystemResolver : IHostResolver
{
    public static readonly SystemResolver Instance = new();

    public Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SockAddr>>([.. Dns.GetHostAddresses(host).Select(address => SockAddr.FromIPEndPoint(new IPEndPoint(address, port)))]);
}

/// <summary>Distinguishes host names from addresses, for servers.</summary>
internal static class HostNames
{
    /// <summary>Parses an address, which may be that of a Unix socket. For a host name it returns 0.0.0.0 with the port.</summary>
    /// <remarks>
    /// Incomplete addresses such as 127.1 are errors. getaddrinfo(3) would accept them, and a typing error would become another address.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is not 0 to 65535.</exception>
    /// <exception cref="ArgumentException">The text is neither an address nor a name.</exception>
    public static SockAddr AddressOf(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (SockAddr.HasUnixPrefix(host))
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(port, 0);
            return SockAddr.TryParse(host, out var unix) ? unix : throw new ArgumentException(UnixFault(host), nameof(host));
        }

        return SockAddr.TryCreate(host, port, 0)
            ?? (IsName(host) ? Tcp.SockAddr(Tcp.INADDR_ANY, port)! : throw new ArgumentException($"'{host}' is neither an address nor a host name", nameof(host)));
    }

    /// <summary>Returns the text if it is a host name; null if it is an address.</summary>
    public static string? NameOrNull(string host) => SockAddr.TryCreate(host, 0, 0) is null && !SockAddr.HasUnixPrefix(host) ? host : null;

    /// <summary>The rule that the address of a Unix socket breaks; null if it breaks none, or if the text is something else.</summary>
    public static string? UnixFault(string host)
    {
        try
        {
            return SockAddr.HasUnixPrefix(host) && SockAddr.Parse(host) is { UnixPath: "" } ? $"'{host}' is not the address of a Unix socket: it is empty" : null;
        }
        catch (FormatException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>
    /// The addresses of a name that needs no lookup; null for other names. localhost is 127.0.0.1 and ::1 (RFC 6761, section 6.3).
    /// </summary>
    public static IReadOnlyList<SockAddr>? Known(string host, int port) => host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        ? [SockAddr.FromIPEndPoint(new IPEndPoint(IPAddress.Loopback, port)), SockAddr.FromIPEndPoint(new IPEndPoint(IPAddress.IPv6Loopback, port))]
        : null;

    private static bool IsName(string host)
    {
        var labels = host.TrimEnd('.').Split('.');
        return labels.All(label => label.Length > 0 && label.All(letter => !char.IsWhiteSpace(letter) && letter is not (':' or '%' or '/' or '[' or ']')))
            && !labels[^1].All(char.IsAsciiDigit)
            && !labels[^1].StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }
}
