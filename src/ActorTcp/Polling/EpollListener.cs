using System.Diagnostics;
using ActorTcp.Native;
using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>
/// A server socket on a poll loop: level-triggered, a bounded number of connections a turn, so that those accepted
/// before are served meanwhile. Any failure but a connection that went away again pauses it, so that nothing spins.
/// </summary>
internal sealed class EpollListener(Tcp server, PollLoop loop) : IListenerChannel, IPollTarget
{
    private const int AcceptsPerTurn = 64;
    private const long NotOpen = -1;

    private IListenerOwner? _owner;
    private long _token = NotOpen;
    private bool _accepting;

    public SockAddr? LocalAddress => server.SockName();

    public int Open(IListenerOwner owner)
    {
        Debug.Assert(loop.IsCurrent, "a listener belongs to its loop's thread");
        Debug.Assert(_token == NotOpen, "a listener is opened once");
        _owner = owner;
        _token = loop.Poller.Register(server.SockFd, EpollEvents.In, this);
        _accepting = _token >= 0;
        return (int)Math.Min(_token, 0);
    }

    public void ResumeAccepting() => Accept(true);

    public void PauseAccepting() => Accept(false);

    public void Detach()
    {
        if (_token != NotOpen)
        {
            _ = loop.Poller.Unregister(_token);
            _token = NotOpen;
        }
    }

    public void OnReady(uint events)
    {
        for (var i = 0; i < AcceptsPerTurn && _accepting; i++)
        {
            var accepted = server.TryAccept(out var remote, out var errno);
            if (accepted is not null)
            {
                _owner!.OnAccepted(new Accepted(accepted, remote!));
            }
            else if (errno == Errno.EAGAIN)
            {
                return;
            }
            else if (errno != Errno.ECONNABORTED && errno != Errno.EPROTO)
            {
                PauseAccepting();
                _owner!.OnAcceptFailed(errno);
            }
        }
    }

    private void Accept(bool on)
    {
        if (_token != NotOpen && _accepting != on)
        {
            _accepting = on;
            _ = loop.Poller.Modify(_token, on ? EpollEvents.In : 0);
        }
    }

    private sealed class Accepted(Tcp tcp, SockAddr remote) : IAcceptedConnection
    {
        public SockAddr RemoteAddress { get; } = remote;

        public IChannel On(PollLoop loop) => new EpollChannel(tcp, RemoteAddress, loop);

        public void Drop() => tcp.Close();
    }
}
