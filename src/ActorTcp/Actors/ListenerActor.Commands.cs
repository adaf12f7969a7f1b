using Akka.Event;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>What a listener is told seldom: pausing, ports, limits, description.</summary>
internal sealed partial class ListenerActor
{
    private void OnCommand(object message)
    {
        switch (message)
        {
            case ListenerProtocol.PauseAccepting:
                _log.Debug("{Listener} {LocalAddress} pauses accepting", _name, Address);
                Rest(_rest | AcceptRest.Paused);
                break;
            case ListenerProtocol.ResumeAccepting:
                _log.Debug("{Listener} {LocalAddress} resumes accepting", _name, Address);
                Rest(_rest & ~AcceptRest.Paused);
                break;
            case ListenerProtocol.SetPorts set:
                Sender.Tell(Changed(set), Self);
                break;
            case ListenerProtocol.SetLimits set:
                Sender.Tell(Changed(set), Self);
                break;
            case ListenerProtocol.Describe:
                Sender.Tell(Describe(), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private object Changed(ListenerProtocol.SetPorts set)
    {
        if (_phase != ListenerPhase.Listening)
        {
            return Failed(set, Errno.EBADF);
        }

        // Adding ports makes the socket another one: the loop must let go of it first.
        _channel?.Detach();
        var errno = _socket.AddPorts(set.Count);
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

    private static ListenerProtocol.CommandFailed Failed(object command, Errno errno) =>
        new(command, errno, $"{command}: {Tcp.ErrorText(errno)} ({errno})");

    private ListenerDescription Describe() => new(
        Self,
        _socket.LocalAddress!,
        _socket.Ports,
        _phase.ToString(),
        _phase == ListenerPhase.Listening && _rest == AcceptRest.None,
        _socket.Accepted + _socket.Refused,
        _socket.Refused,
        _socket.Limits,
        [.. Context.GetChildren()]) { IsExhausted = (_rest & AcceptRest.Exhausted) != 0 };
}
