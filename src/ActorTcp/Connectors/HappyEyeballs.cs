using ActorTcp.EventLoop;
using ActorTcp.Sockets;
using ActorTcp.Transport;

namespace ActorTcp.Connectors;

/// <summary>
/// The addresses of one host, tried side by side (RFC 8305): the next begins when the one before has had its time or has
/// failed, the first that is connected wins, the others are closed. Whose turn it is when decides the <see cref="ConnectorActor"/>.
/// An address needs no time-out of its own: it never keeps another waiting.
/// </summary>
internal sealed class HappyEyeballs(ITransport transport, PollLoop loop, IReadOnlyList<SockAddr> addresses, SockAddr? local, IConnectAttemptOwner owner)
{
    private readonly IReadOnlyList<SockAddr> _addresses = Interleave(addresses);
    private readonly List<IConnectAttempt> _underWay = [];
    private readonly List<ConnectorProtocol.FailedAttempt> _failed = [];
    private int _next;

    public IReadOnlyList<ConnectorProtocol.FailedAttempt> Failed => _failed;

    /// <summary>Whether there are addresses that have not been tried.</summary>
    public bool HasNext => _next < _addresses.Count;

    /// <summary>Whether every address has failed.</summary>
    public bool IsLost => !HasNext && _underWay.Count == 0;

    /// <summary>
    /// The order of RFC 8305, 4: the resolver's, but the families take turns, beginning with that of the first address. Each
    /// address once.
    /// </summary>
    public static IReadOnlyList<SockAddr> Interleave(IReadOnlyList<SockAddr> addresses)
    {
        var distinct = addresses.Distinct().ToList();
        if (distinct.Count == 0)
        {
            return distinct;
        }

        var first = distinct.Where(address => address.Domain == distinct[0].Domain).ToList();
        var second = distinct.Where(address => address.Domain != distinct[0].Domain).ToList();
        var ordered = new List<SockAddr>(distinct.Count);
        for (var i = 0; ordered.Count < distinct.Count; i++)
        {
            ordered.AddRange(first.Skip(i).Take(1));
            ordered.AddRange(second.Skip(i).Take(1));
        }

        return ordered;
    }

    /// <summary>Begins with the next address; those that fail at once are passed over.</summary>
    public void BeginNext()
    {
        while (HasNext)
        {
            var connecting = transport.Connect(_addresses[_next++], local, loop);
            var result = connecting.Begin(owner);
            if (result == 0)
            {
                _underWay.Add(connecting);
                return;
            }

            Note(connecting.RemoteAddress, (Errno)(-result));
        }
    }

    /// <summary>An address has failed. False: it is none of this race, or was given up before.</summary>
    public bool Fail(IConnectAttempt connecting, Errno errno)
    {
        if (!_underWay.Remove(connecting))
        {
            return false;
        }

        Note(connecting.RemoteAddress, errno);
        return true;
    }

    /// <summary>One is through. False: it is none of this race, or was given up before.</summary>
    /// <param name="connecting">Which.</param>
    /// <param name="noDelay">As in <see cref="IConnectAttempt.Take"/>.</param>
    /// <param name="channel">The winner's channel; the others are closed. Null where it turned out to be none: the race goes on.</param>
    public bool Win(IConnectAttempt connecting, bool noDelay, out IChannel? channel)
    {
        channel = null;
        if (!_underWay.Remove(connecting))
        {
            return false;
        }

        var taken = connecting.Take(noDelay);
        if (taken.LocalAddress is null)
        {
            Note(connecting.RemoteAddress, Tcp.LastErrno);
            taken.Close(reset: true);
            return true;
        }

        Close();
        channel = taken;
        return true;
    }

    /// <summary>The time is over: those that are under way have failed with it.</summary>
    public void TimeOut()
    {
        foreach (var connecting in _underWay)
        {
            Note(connecting.RemoteAddress, Errno.ETIMEDOUT);
        }

        Close();
    }

    /// <summary>Closes what is under way, and what is connected and was not taken.</summary>
    public void Close()
    {
        foreach (var connecting in _underWay)
        {
            connecting.Close();
        }

        _underWay.Clear();
        _next = _addresses.Count;
    }

    private void Note(SockAddr address, Errno errno) =>
        _failed.Add(new ConnectorProtocol.FailedAttempt(address, errno, $"{address}{(local is null ? "" : $" from {local}")}: {Tcp.ErrorText(errno)} ({errno})"));
}
