using ActorTcp.Diagnostics;
using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <content>The rare commands of a listener: pausing, ports, limits, options, description.</content>
internal sealed partial class ListenerActor
{
    private void OnCommand(object message)
    {
        switch (message)
        {
            case ListenerProtocol.PauseAccepting or ListenerProtocol.ResumeAccepting when _phase != ListenerPhase.Listening:
                Sender.Tell(Failed(message, Errno.EBADF), Self);
                break;
            case ListenerProtocol.PauseAccepting:
                _log.Debug("{Listener} {LocalAddress} pauses accepting", _name, Address);
                Pause(AcceptPauseReasons.Paused);
                break;
            case ListenerProtocol.ResumeAccepting:
                _log.Debug("{Listener} {LocalAddress} resumes accepting", _name, Address);
                Resume(AcceptPauseReasons.Paused);
                break;
            case ListenerProtocol.SetPorts set:
                Sender.Tell(Change(set), Self);
                break;
            case ListenerProtocol.SetLimits set:
                Sender.Tell(Change(set), Self);
                break;
            case ListenerProtocol.SetTls set:
                Sender.Tell(Change(set), Self);
                break;
            case ListenerProtocol.SetOption set:
                Sender.Tell(Change(set), Self);
                break;
            case ListenerProtocol.GetOption get:
                var errno = _socket.TryGet(get.Value, out var result);
                Sender.Tell(errno == 0 ? new ListenerProtocol.OptionValue(new SocketReading(get.Value, result!)) : Failed(get, errno), Self);
                break;
            case ListenerProtocol.Describe:
                Sender.Tell(Describe(), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void Unhandled(object message)
    {
        base.Unhandled(message);
        UnknownMessages.Answer(message, Context, $"The listener on {Address}");
    }

    private object Change(ListenerProtocol.SetPorts set)
    {
        if (_phase != ListenerPhase.Listening)
        {
            return Failed(set, Errno.EBADF);
        }

        // Adding ports replaces the server socket, so the old one must be unregistered from the loop before.
        _socket.Channel!.Detach();
        var errno = _socket.Channel.AddPorts(set.Count);
        Reattach();
        return errno == 0 ? new ListenerProtocol.PortsSet(set.Count) : Failed(set, errno);
    }

    private object Change(ListenerProtocol.SetLimits set)
    {
        var broken = set.Limits.BrokenRules().ToList();
        if (broken.Count > 0)
        {
            return new ListenerProtocol.CommandFailed(set, Errno.EINVAL, string.Join("; ", broken));
        }

        _socket.Admission.SetLimits(set.Limits);
        _limitReported = false;
        CountAddresses(_socket.Admission.Addresses);
        UpdateReceiveRates();
        UpdateAllowance();
        return new ListenerProtocol.LimitsSet(set.Limits);
    }

    private object Change(ListenerProtocol.SetOption set)
    {
        var errno = _socket.SetOption(set.Option);
        if (errno != 0)
        {
            return Failed(set, errno);
        }

        if (set.Option is SocketOption.Linger)
        {
            UpdateLingerOfConnections();
        }

        return new ListenerProtocol.OptionSet(set.Option);
    }

    /// <summary>
    /// Passes the linger time to the actors of new connections. The kernel copies the option of the server socket to each accepted socket
    /// (SO_LINGER, socket(7)), and the actor must know it when it closes.
    /// </summary>
    private void UpdateLingerOfConnections()
    {
        for (var i = 0; i < _connectionFactories.Length; i++)
        {
            _connectionFactories[i] = _connectionFactories[i] with { LingerSeconds = _socket.LingerSeconds };
        }
    }

    private static ListenerProtocol.CommandFailed Failed(object command, Errno errno) =>
        new(command, errno, $"{command} failed: {Tcp.ErrorText(errno)} ({errno})");

    private ListenerDescription Describe()
    {
        _socket.Admission.Sweep(Now);
        CountAddresses(_socket.Admission.Addresses);
        return DescriptionOf();
    }

    private ListenerDescription DescriptionOf() => new(
        Self,
        _socket.LocalAddress!,
        _socket.Channel!.Ports,
        _phase == ListenerPhase.Draining ? PhaseOf(_drain.Phase) : _phase,
        _phase == ListenerPhase.Listening && _pauseReasons == AcceptPauseReasons.None,
        _socket.Accepted + _socket.Refusals.Total - _socket.RefusedLater,
        _socket.Refusals.Total,
        _socket.Limits,
        [.. Context.GetChildren()])
    {
        IsExhausted = (_pauseReasons & AcceptPauseReasons.Exhausted) != 0,
        LocalAddresses = _socket.LocalAddresses,
        RefusedByReason = _socket.Refusals.ByReason,
        Addresses = _socket.Admission.Addresses,
        Backlog = _socket.Backlog,
        Device = _socket.Device,
        InheritedName = _bind.InheritedName,
        RecvBufferSize = SizeOf(SocketValue.RecvBufferSize),
        SendBufferSize = SizeOf(SocketValue.SendBufferSize),
    };

    private static ListenerPhase PhaseOf(DrainPhase drain) => drain switch
    {
        DrainPhase.Closing => ListenerPhase.Closing,
        DrainPhase.Aborting => ListenerPhase.Aborting,
        _ => ListenerPhase.Draining,
    };

    private int SizeOf(SocketValue buffer) => _socket.TryGet(buffer, out var size) == 0 ? (int)size! : 0;
}
