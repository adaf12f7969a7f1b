using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// Whether a listener accepts headers of the PROXY protocol, with which a proxy such as HAProxy tells the address of its client: the section
/// <c>actortcp.listener.proxy-protocol</c>. <see cref="ListenerProtocol.Bind.ProxyProtocol"/> replaces it for one listener.
/// </summary>
public sealed record ProxyProtocolOptions : ISettingsSection
{
    /// <summary>Whether headers are read. Off by default.</summary>
    public ProxyProtocolMode Mode { get; init; }

    /// <summary>
    /// The networks of the proxies whose headers are accepted. In HOCON a text with commas: <c>"10.0.0.0/8, ::1/128"</c>. Empty by default. A peer on
    /// a Unix socket is always trusted, because the permissions of the file decide who connects.
    /// </summary>
    public NetworkList TrustedNetworks { get; init => field = value ?? []; } = [];

    /// <summary>The time that a proxy has to send its header. The connection is closed after that. Defaults to 5 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a peer may send a header.</summary>
    internal bool Trusts(SockAddr? peer) => peer is not null && (peer.IsUnix || TrustedNetworks.Contains(peer));

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    internal IEnumerable<string> BrokenRules()
    {
        if (!Enum.IsDefined(Mode))
        {
            yield return $"mode is {Mode}; it must be off, optional or required";
        }

        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout.TotalMilliseconds > int.MaxValue)
        {
            yield return $"header-timeout is {HeaderTimeout}; it must be above 0 and at most {TimeSpan.FromMilliseconds(int.MaxValue)}";
        }
    }
}
