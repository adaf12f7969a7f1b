using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>The default transport: TCP of the Linux kernel, with epoll(7).</summary>
internal sealed class EpollTransport : ITransport
{
    public static readonly EpollTransport Instance = new();

    private EpollTransport()
    {
    }

    public TimeSpan LongestClose => TimeSpan.FromMilliseconds(ClosingSockets.MaxMilliseconds);

    public Errno Listen(ListenRequest request, out IListenChannel? channel, out SockAddr? failedAddress)
    {
        var opened = new EpollListenChannel(request);
        var errno = opened.Listen(out failedAddress);
        channel = errno == 0 ? opened : null;
        return errno;
    }

    public IConnectAttempt Connect(SockAddr remote, SockAddr? local, PollLoop loop) => new EpollConnectAttempt(remote, local, loop);

    public IChannel? Adopt(Tcp tcp, SockAddr remote, PollLoop loop) => new EpollChannel(tcp, remote, loop);

    public Task WhenClosed(PollLoop loop) => ClosingSockets.Of(loop).WhenEmpty();
}
