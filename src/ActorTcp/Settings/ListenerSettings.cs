using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>How listeners are set up, from <c>actortcp.listener</c>, or for one listener by <see cref="ListenerProtocol.Bind.Settings"/>.</summary>
public sealed record ListenerSettings : ISettingsSection
{
    /// <summary>How many connections the kernel may hold ready, 1 to 65535.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>How long accepting rests when it failed for want of descriptors or memory; doubles with each failure in a row.</summary>
    public TimeSpan AcceptBackoffMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest such rest.</summary>
    public TimeSpan AcceptBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="ListenerLimits.MaxConnections"/>
    public int MaxConnections { get; init; }

    /// <inheritdoc cref="ListenerLimits.Policy"/>
    public LimitPolicy LimitPolicy { get; init; }

    /// <inheritdoc cref="ListenerLimits.Answer"/>
    public string LimitAnswer { get; init; } = "";

    /// <summary>How long the lookup of the host name of a <see cref="ListenerProtocol.Bind"/> may take. 10 s by default.</summary>
    public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The network interface to listen on; empty: all. Accepted connections keep to it.</summary>
    public string Device { get; init; } = "";

    /// <summary>
    /// Whether a listener on an IPv6 address refuses IPv4, so that <c>0.0.0.0</c> and <c>::</c> can be bound to the same port. Off: as the system's
    /// default (net.ipv6.bindv6only) has it. It has no effect on an IPv4 address.
    /// </summary>
    public bool IPv6Only { get; init; }

    /// <summary>Whether an address can be bound again while old connections of it are in TIME_WAIT (SO_REUSEADDR). On by default.</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>The receive buffer of accepted connections in bytes, 1024 to 16 MiB; 0, the default: the kernel chooses and tunes it.</summary>
    public long RecvBufferSize { get; init; }

    /// <summary>The send buffer of accepted connections in bytes, 1024 to 16 MiB; 0, the default: the kernel chooses and tunes it.</summary>
    public long SendBufferSize { get; init; }

    /// <summary>What the server socket is given before it is bound.</summary>
    internal ListenOptions ListenOptions => new()
    {
        Device = Device.Length == 0 ? null : Device,
        ReuseAddress = ReuseAddress,
        IPv6Only = IPv6Only ? true : IPv6OnlyOfBind,
        RecvBufferSize = (int)RecvBufferSize,
        SendBufferSize = (int)SendBufferSize,
    };

    /// <summary>The value of one Bind, whose false is not the system's default.</summary>
    internal bool? IPv6OnlyOfBind { get; init; }

    /// <summary>The limits that a listener begins with: those of the settings above that can be changed while it runs. A new object each time.</summary>
    public ListenerLimits Limits => new(MaxConnections, LimitPolicy, LimitAnswer);

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        if (Backlog is < 1 or > 65535)
        {
            yield return $"backlog is {Backlog}; it must be 1 to 65535";
        }

        foreach (var (name, size) in new[] { ("recv-buffer-size", RecvBufferSize), ("send-buffer-size", SendBufferSize) })
        {
            if (size is not 0 and (< Tcp.BufferMin or > Tcp.BufferMax))
            {
                yield return $"{name} is {size}; it must be 0 (the kernel's choice) or {Tcp.BufferMin} to {Tcp.BufferMax}";
            }
        }

        if (LookupTimeout <= TimeSpan.Zero)
        {
            yield return $"lookup-timeout is {LookupTimeout}; it must be above 0";
        }

        if (Device is null)
        {
            yield return "device is null; it must be the name of a network interface, or empty";
        }

        if (AcceptBackoffMin <= TimeSpan.Zero || AcceptBackoffMin > AcceptBackoffMax)
        {
            yield return $"accept-backoff-min is {AcceptBackoffMin}; it must be above 0 and at most accept-backoff-max, {AcceptBackoffMax}";
        }
    }
}
