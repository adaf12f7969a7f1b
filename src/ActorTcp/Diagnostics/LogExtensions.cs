using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Diagnostics;

/// <summary>Adds properties to log events that their message templates do not contain.</summary>
internal static class LogExtensions
{
    /// <summary>Adds the cause of an end or a failure: the property Reason, and Errno unless it is 0.</summary>
    public static ILoggingAdapter WithReason(this ILoggingAdapter log, object reason, Errno errno) =>
        errno == 0 ? log.WithContext("Reason", reason) : log.WithContext("Reason", reason).WithContext("Errno", errno);
}
