using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport;

namespace ActorTcp.Diagnostics;

/// <summary>The activity source <c>ActorTcp</c>: one activity per connection, if the source has a listener. See docs/metrics.md.</summary>
internal static class TcpTraces
{
    private static readonly ActivitySource Source = new(TcpMeters.Name);

    /// <summary>
    /// Starts the activity of a connection; null if the source has no listener. It has no parent and does not become the current activity,
    /// because a connection lives longer than the message that created it.
    /// </summary>
    public static Activity? Begin(IChannel channel, ActivityKind kind)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var outer = Activity.Current;
        Activity.Current = null;
        var activity = Source.StartActivity("actortcp.connection", kind);
        Activity.Current = outer;
        activity?.SetTag("network.transport", channel.LocalAddress is { IsUnix: true } ? "unix" : "tcp");
        Tag(activity, "network.peer", channel.RemoteAddress);
        Tag(activity, "network.local", channel.LocalAddress);
        return activity;
    }

    /// <summary>Adds the result of the connection to its activity, and stops it.</summary>
    public static void End(Activity activity, ConnectionProtocol.Closed closed, IChannel channel, long received)
    {
        if (channel.ProxyAddress is not null)
        {
            // The activity began before the header of the proxy had arrived.
            Tag(activity, "client", channel.RemoteAddress);
        }

        activity.SetTag("actortcp.close.reason", SettingsKeys.Kebab(closed.Reason.ToString()));
        activity.SetTag("actortcp.bytes.received", received);
        activity.SetTag("actortcp.bytes.sent", channel.SentBytes);
        if (closed.Reason is not (CloseReason.PeerClosed or CloseReason.Closed or CloseReason.Detached or CloseReason.HandlerStopped))
        {
            activity.SetStatus(ActivityStatusCode.Error, closed.Text);
        }

        var outer = Activity.Current;
        activity.Stop();
        Activity.Current = outer;
    }

    private static void Tag(Activity? activity, string name, SockAddr? address)
    {
        activity?.SetTag($"{name}.address", address?.Addr);
        if (address is { IsUnix: false })
        {
            activity?.SetTag($"{name}.port", address.Port);
        }
    }
}
