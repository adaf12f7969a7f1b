using ActorTcp.AccessControl;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using ActorTcp.Transport.Tls;

namespace ActorTcp.Listeners;

/// <summary>
/// The state of a listener that survives a restart of its actor: the server sockets with their backlogs, and the counters of its connections.
/// The successive instances of one listener share it.
/// </summary>
internal sealed class ListenerState(ITransport transport, ListenerLimits limits)
{
    private ListenOptions _options = new();

    /// <summary>The server sockets; null before <see cref="Listen"/>.</summary>
    public IListenChannel? Channel { get; private set; }

    /// <summary>Whether the server sockets are open.</summary>
    public bool IsOpen => Channel is { IsOpen: true };

    /// <summary>The number of accepted connections that the listener has processed.</summary>
    public long Processed { get; set; }

    /// <summary>The number of accepted connections that are still in the listener's mailbox.</summary>
    public long Unprocessed => (Channel?.Accepted ?? 0) - Processed;

    /// <summary>The inherited sockets on which the listener listens; null if it opens its own.</summary>
    public InheritedReservation? Inherited { get; set; }

    /// <summary>The backlog that the kernel was asked for; 0 for inherited sockets.</summary>
    public int Backlog { get; private set; }

    /// <summary>The network interface to which the sockets are bound; null for all.</summary>
    public string? Device => _options.Device;

    /// <summary>The SO_LINGER time that accepted connections inherit, in seconds; 0 if they do not linger.</summary>
    public int LingerSeconds { get; private set; }

    /// <summary>The number of accepted connections. The name of each connection actor is its number, starting at 1.</summary>
    public long Accepted { get; set; }

    /// <summary>The clients that were refused because of a limit.</summary>
    public RefusalLog Refusals { get; } = new();

    /// <summary>The number of refused clients that were accepted before, because their address was not known yet.</summary>
    public long RefusedLater { get; set; }

    /// <summary>Admits or refuses clients.</summary>
    public AdmissionControl Admission { get; } = new(limits);

    /// <summary>The TLS of new connections; null without TLS.</summary>
    public TlsContext? Tls { get; set; }

    /// <summary>The files of the current TLS, as they were when they were last read; null if they are not watched.</summary>
    public string? TlsStamp { get; set; }

    /// <summary>The current limits.</summary>
    public ListenerLimits Limits => Admission.Limits;

    /// <summary>The first address on which the listener listens or listened; null if it never did.</summary>
    public SockAddr? LocalAddress => LocalAddresses is [var first, ..] ? first : null;

    /// <summary>All addresses on which the listener listens or listened.</summary>
    public IReadOnlyList<SockAddr> LocalAddresses => Channel?.LocalAddresses ?? [];

    /// <summary>Opens the server sockets on all addresses, or copies the inherited ones, once (<see cref="ITransport.Listen"/>).</summary>
    /// <exception cref="TcpException">The inherited sockets cannot be copied.</exception>
    public ListenFailure? Listen(IReadOnlyList<SockAddr> addresses, int backlog, ListenerSettings settings, ConnectionSettings connections)
    {
        Debug.Assert(Channel is null, "a listener listens once");
        Backlog = Inherited is null ? backlog : 0;
        var options = settings.ListenOptionsFor(connections);
        _options = Inherited is null ? options : new ListenOptions { SocketOptions = options.SocketOptions };
        var failure = transport.Listen(new ListenRequest(addresses, backlog, _options) { Sockets = Inherited?.Open() }, out var channel);
        Channel = channel;
        return failure;
    }

    /// <summary>Sets an option of the server sockets. Returns 0, or the error.</summary>
    public Errno SetOption(SocketOption option)
    {
        var errno = Channel?.SetOption(option) ?? Errno.EBADF;
        switch (option)
        {
            case SocketOption.Linger linger when errno == 0:
                LingerSeconds = linger.OnOff ? linger.Time : 0;
                break;
            case SocketOption.Device device when errno == 0:
                _options = _options with { Device = string.IsNullOrEmpty(device.Name) ? null : device.Name };
                break;
        }

        return errno;
    }

    /// <summary>Reads a value of the first server socket. Returns 0, or the error.</summary>
    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return Channel?.TryGet(value, out result) ?? Errno.EBADF;
    }

    /// <summary>Closes the server sockets. The kernel resets the clients in the backlog.</summary>
    public void Close() => Channel?.Close();
}
