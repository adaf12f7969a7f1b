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

    public ListenFailure? Listen(ListenRequest request, out IListenChannel? channel)
    {
        var opened = new EpollListenChannel(request);
        var failure = opened.Listen();
        channel = failure is null ? opened : null;
        return failure;
    }

    public IConnectAttempt Connect(SockAddr remote, ConnectOptions options, PollLoop loop) => new EpollConnectAttempt(remote, options, loop);

    public IChannel? Adopt(Tcp tcp, SockAddr remote, PollLoop loop) => new EpollChannel(tcp, remote, loop);

    public Task WhenClosed(PollLoop loop) => ClosingSockets.Of(loop).WhenEmpty();
}
