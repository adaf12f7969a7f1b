using ActorTcp.Sockets;
using Akka.Event;

namespace ActorTcp.Diagnostics;

/// <summary>Properties that log events have beside those in their text.</summary>
internal static class LogExtensions
{
    /// <summary>Why something ended or failed: Reason, and Errno unless it is 0.</summary>
    public static ILoggingAdapter WithReason(this ILoggingAdapter log, object reason, Errno errno) =>
        errno == 0 ? log.WithContext("Reason", reason) : log.WithContext("Reason", reason).WithContext("Errno", errno);
}
