using ActorTcp.Diagnostics;
using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Listeners;

/// <summary>The seldom commands of a listener: pausing, ports, limits, options, description.</summary>
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
                Rest(_rest | AcceptPauseReasons.Paused);
                break;
            case ListenerProtocol.ResumeAccepting:
                _log.Debug("{Listener} {LocalAddress} resumes accepting", _name, Address);
                Rest(_rest & ~AcceptPauseReasons.Paused);
                break;
            case ListenerProtocol.SetPorts set:
                Sender.Tell(Changed(set), Self);
                break;
            case ListenerProtocol.SetLimits set:
                Sender.Tell(Changed(set), Self);
                break;
            case ListenerProtocol.SetOption set:
                Sender.Tell(Changed(set), Self);
                break;
            case ListenerProtocol.GetOption get:
                var errno = _socket.TryGet(get.Value, out var result);
                Sender.Tell(errno == 0 ? new ListenerProtocol.OptionValue(get.Value, result!) : Failed(get, errno), Self);
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

    private object Changed(ListenerProtocol.SetPorts set)
    {
        if (_phase != ListenerPhase.Listening)
        {
            return Failed(set, Errno.EBADF);
        }

        // Adding ports makes the socket another one: the loop must let go of it first.
        _socket.Channel!.Detach();
        var errno = _socket.Channel.AddPorts(set.Count);
        AttachAgain();
        return errno == 0 ? new ListenerProtocol.PortsSet(set.Count) : Failed(set, errno);
    }

    private object Changed(ListenerProtocol.SetLimits set)
    {
        var broken = set.Limits.BrokenRules().ToList();
        if (broken.Count > 0)
        {
            return new ListenerProtocol.CommandFailed(set, Errno.EINVAL, string.Join("; ", broken));
        }

        _socket.Limits = set.Limits;
        _limitTold = false;
        Allow();
        return new ListenerProtocol.LimitsSet(set.Limits);
    }

    private object Changed(ListenerProtocol.SetOption set)
    {
        var errno = _socket.SetOption(set.Option);
        if (errno != 0)
        {
            return Failed(set, errno);
        }

        if (set.Option is SocketOption.Linger)
        {
            LetConnectionsLinger();
        }

        return new ListenerProtocol.OptionSet(set.Option);
    }

    /// <summary>The kernel makes accepted sockets linger as the server socket does; their actors have to know it.</summary>
    private void LetConnectionsLinger()
    {
        for (var i = 0; i < _templates.Length; i++)
        {
            _templates[i] = _templates[i] with { LingerSeconds = _socket.LingerSeconds };
        }
    }

    private static ListenerProtocol.CommandFailed Failed(object command, Errno errno) =>
        new(command, errno, $"{command}: {Tcp.ErrorText(errno)} ({errno})");

    private ListenerDescription Describe() => new(
        Self,
        _socket.LocalAddress!,
        _socket.Channel!.Ports,
        _phase.ToString(),
        _phase == ListenerPhase.Listening && _rest == AcceptPauseReasons.None,
        _socket.Accepted + _socket.Refused,
        _socket.Refused,
        _socket.Limits,
        [.. Context.GetChildren()])
    {
        IsExhausted = (_rest & AcceptPauseReasons.Exhausted) != 0,
        LocalAddresses = _socket.LocalAddresses,
        Backlog = _socket.Backlog,
        Device = _socket.Device,
        RecvBufferSize = SizeOf(SocketValue.RecvBufferSize),
        SendBufferSize = SizeOf(SocketValue.SendBufferSize),
    };

    private int SizeOf(SocketValue buffer) => _socket.TryGet(buffer, out var size) == 0 ? (int)size! : 0;
}
