namespace ActorTcp.Listeners;

/// <summary>What a Bind on inherited sockets needs.</summary>
internal static class InheritedBind
{
    /// <summary>Reserves the inherited sockets of a Bind; null if it opens its own.</summary>
    /// <exception cref="Sockets.TcpException">The sockets are not available, or do not listen.</exception>
    public static InheritedReservation? Reserve(ListenerProtocol.Bind bind) => bind.InheritedName is { } name
        ? (bind.InheritedFrom ?? InheritedSockets.Current).ReserveListening(name)
        : null;

    /// <summary>The options of a Bind that inherited sockets cannot have, each with what sets it instead.</summary>
    public static IEnumerable<string> BrokenRules(ListenerProtocol.Bind bind)
    {
        if (bind.InheritedName is null)
        {
            return [];
        }

        var options = new (string Name, object? Value, string Directive)[]
        {
            (nameof(bind.Backlog), bind.Backlog == 0 ? null : bind.Backlog, " (Backlog= of a socket unit)"),
            (nameof(bind.Device), bind.Device, " (BindToDevice= of a socket unit)"),
            (nameof(bind.IPv6Only), bind.IPv6Only, " (BindIPv6Only= of a socket unit)"),
            (nameof(bind.ReuseAddress), bind.ReuseAddress, ""),
            (nameof(bind.UnixMode), bind.UnixMode, " (SocketMode= of a socket unit)"),
            (nameof(bind.RecvBufferSize), bind.RecvBufferSize, " (ReceiveBuffer= of a socket unit)"),
            (nameof(bind.SendBufferSize), bind.SendBufferSize, " (SendBuffer= of a socket unit)"),
        };
        return options.Where(option => option.Value is not null).Select(option => string.Create(
            CultureInfo.InvariantCulture,
            $"{option.Name} is {option.Value}; it must not be set for inherited sockets, because the service manager has opened them{option.Directive}"));
    }
}
