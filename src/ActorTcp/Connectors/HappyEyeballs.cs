using ActorTcp.EventLoop;
using ActorTcp.Sockets;
using ActorTcp.Transport;

namespace ActorTcp.Connectors;

/// <summary>
/// Tries the addresses of one host in parallel, with staggered starts (RFC 8305, "Happy Eyeballs"). The first successful attempt is used, and
/// the others are closed.
/// </summary>
/// <remarks>
/// The <see cref="ConnectorActor"/> decides when the next attempt starts: after a delay or after a failure. An attempt needs no time-out of its
/// own, because the next one does not wait for its end.
/// </remarks>
internal sealed class HappyEyeballs(ITransport transport, PollLoop loop, IReadOnlyList<SockAddr> addresses, ConnectOptions options, IConnectAttemptOwner owner)
{
    private readonly IReadOnlyList<SockAddr> _addresses = Interleave(addresses);
    private readonly List<IConnectAttempt> _pending = [];
    private readonly List<ConnectorProtocol.FailedAttempt> _failed = [];
    private int _next;

    /// <summary>The failed attempts, in the order of their failures.</summary>
    public IReadOnlyList<ConnectorProtocol.FailedAttempt> Failed => _failed;

    /// <summary>Whether addresses are left that have not been tried.</summary>
    public bool HasNext => _next < _addresses.Count;

    /// <summary>Whether every address has failed.</summary>
    public bool HasFailed => !HasNext && _pending.Count == 0;

    /// <summary>
    /// Sorts the addresses as in RFC 8305, section 4. IPv6 and IPv4 addresses alternate, starting with the family of the first address. Within a
    /// family, the order of the resolver stays. Duplicates are removed.
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

    /// <summary>Starts the attempt at the next address. If it fails at once, the address after it follows.</summary>
    public void BeginNext()
    {
        while (HasNext)
        {
            var attempt = transport.Connect(_addresses[_next++], options, loop);
            var result = attempt.Begin(owner);
            if (result == 0)
            {
                _pending.Add(attempt);
                return;
            }

            AddFailure(attempt, (Errno)(-result));
        }
    }

    /// <summary>Records the failure of an attempt. False if the attempt is not pending, because another one succeeded before.</summary>
    public bool Fail(IConnectAttempt attempt, Errno errno)
    {
        if (!_pending.Remove(attempt))
        {
            return false;
        }

        AddFailure(attempt, errno);
        return true;
    }

    /// <summary>
    /// Takes the channel of a successful attempt and closes the other attempts. False if the attempt is not pending, because another one
    /// succeeded before.
    /// </summary>
    /// <param name="attempt">The successful attempt.</param>
    /// <param name="channel">The channel; null if its connection has failed already, and then the other attempts go on.</param>
    public bool TryTake(IConnectAttempt attempt, out IChannel? channel)
    {
        channel = null;
        if (!_pending.Remove(attempt))
        {
            return false;
        }

        var taken = attempt.Take();
        if (taken.LocalAddress is null)
        {
            AddFailure(attempt, Tcp.LastErrno);
            taken.Close(reset: true);
            return true;
        }

        Close();
        channel = taken;
        return true;
    }

    /// <summary>Records that the TLS handshake over the taken channel has failed.</summary>
    public void FailSecuring(SockAddr address, Errno errno, string text) => _failed.Add(new ConnectorProtocol.FailedAttempt(address, errno, $"{address}: {text}"));

    /// <summary>Records a time-out of all pending attempts, and closes them.</summary>
    public void TimeOut()
    {
        foreach (var attempt in _pending)
        {
            AddFailure(attempt, Errno.ETIMEDOUT);
        }

        Close();
    }

    /// <summary>Closes all pending attempts. No other address is tried.</summary>
    public void Close()
    {
        foreach (var attempt in _pending)
        {
            attempt.Close();
        }

        _pending.Clear();
        _next = _addresses.Count;
    }

    private void AddFailure(IConnectAttempt attempt, Errno errno)
    {
        var address = attempt.RemoteAddress;
        var from = options.LocalAddress is { } local ? $" from {local}" : "";
        var option = attempt.RefusedOption is { } refused ? $", option {refused}" : "";
        _failed.Add(new ConnectorProtocol.FailedAttempt(address, errno, $"{address}{from}{option}: {Tcp.ErrorText(errno)} ({errno})"));
    }
}
