using ActorTcp.Sockets;
using ActorTcp.Transport;

namespace ActorTcp.Listeners;

/// <summary>
/// What a listener keeps over a restart, outside of the actor's instance: the server sockets with the connections in their backlogs, and the
/// counts of its connections. Used by the successive instances of one listener.
/// </summary>
internal sealed class ListenerState(ITransport transport)
{
    private ListenOptions _options = new();

    /// <summary>The server sockets; null before <see cref="Listen"/>.</summary>
    public IListenChannel? Channel { get; private set; }

    /// <summary>Whether it listens.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The number of accepted connections that the listener has processed.</summary>
    public long Processed { get; set; }

    /// <summary>The number of accepted connections that are still in the listener's mailbox.</summary>
    public long Unprocessed => (Channel?.Accepted ?? 0) - Processed;

    /// <summary>The backlog that the kernel was asked for.</summary>
    public int Backlog { get; private set; }

    /// <summary>The network interface that the sockets are bound to; null: all.</summary>
    public string? Device => _options.Device;

    /// <summary>The time for which accepted connections linger at their end, in seconds; 0: not at all.</summary>
    public int LingerSeconds { get; private set; }

    /// <summary>The number of accepted connections; the next one's number is one more.</summary>
    public long Accepted { get; set; }

    /// <summary>The number of connections that were refused because of a limit.</summary>
    public long Refused { get; set; }

    /// <summary>The limits in force.</summary>
    public required ListenerLimits Limits { get; set; }

    /// <summary>The first address on which it listens or listened.</summary>
    public SockAddr? LocalAddress => LocalAddresses is [var first, ..] ? first : null;

    /// <summary>All addresses on which it listens or listened.</summary>
    public IReadOnlyList<SockAddr> LocalAddresses => Channel?.LocalAddresses ?? [];

    /// <summary>See <see cref="ITransport.Listen"/>.</summary>
    public Errno Listen(IReadOnlyList<SockAddr> addresses, int backlog, ListenerSettings settings, ConnectionSettings connections, out SockAddr? failedAddress)
    {
        Debug.Assert(!IsOpen, "a listener listens once");
        Backlog = backlog;
        _options = settings.ListenOptions;
        SocketOption[] inherited = [.. connections.InheritedOptions()];
        var errno = transport.Listen(new ListenRequest(addresses, backlog, _options, inherited), out var channel, out failedAddress);
        Channel = channel;
        IsOpen = errno == 0;
        return errno;
    }

    /// <summary>Sets an option of the server sockets. None, or the reason why it failed.</summary>
    public Errno SetOption(SocketOption option)
    {
        var errno = IsOpen ? Channel!.SetOption(option) : Errno.EBADF;
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

    /// <summary>Reads a value of the first server socket. None, or the reason why it failed.</summary>
    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return IsOpen ? Channel!.TryGet(value, out result) : Errno.EBADF;
    }

    /// <summary>Closes the server sockets. The kernel resets the clients in the backlog.</summary>
    public void Close()
    {
        IsOpen = false;
        Channel?.Close();
    }
}
