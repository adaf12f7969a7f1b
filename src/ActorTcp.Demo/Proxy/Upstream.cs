using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Demo.Proxy;

/// <summary>
/// The server that the relay connects to. All handlers share one object, so that the log has one warning per outage and not one per client. From any
/// thread: handlers run on several poll loops.
/// </summary>
internal sealed class Upstream(HostAndPort server)
{
    private int _rejected;

    public HostAndPort Server => server;

    /// <summary>A client could not be connected. Logs a warning for the first client of an outage, and a debug event for the others.</summary>
    public void OnFailed(ILoggingAdapter log, SockAddr client, string text)
    {
        if (Interlocked.Increment(ref _rejected) == 1)
        {
            log.Warning("{RemoteAddress} is rejected: {Text}. Further rejected clients are logged at debug level", client, text);
        }
        else
        {
            log.Debug("{RemoteAddress} is rejected: {Text}", client, text);
        }
    }

    /// <summary>A client is connected. Logs the end of an outage.</summary>
    public void OnConnected(ILoggingAdapter log)
    {
        // The read comes first because it is cheap, and nearly always the answer is 0.
        if (Volatile.Read(ref _rejected) > 0 && Interlocked.Exchange(ref _rejected, 0) is > 0 and var rejected)
        {
            log.Info("{Server} accepts connections again; rejected clients: {Rejected}", server, rejected);
        }
    }
}
