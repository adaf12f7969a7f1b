using System.Net.Sockets;
using System.Text;
using Akka.Configuration;

namespace ActorTcp.Hosting;

/// <summary>The socket and the period of the notifications for the watchdog of systemd, from environment variables.</summary>
/// <param name="Socket">The address of a datagram socket.</param>
/// <param name="Period">The time between two notifications: half of the time that systemd allows.</param>
internal sealed record SystemdNotifications(UnixDomainSocketEndPoint Socket, TimeSpan Period)
{
    private const string NotifySocket = "NOTIFY_SOCKET";
    private const string WatchdogTime = "WATCHDOG_USEC";
    private const string WatchdogPid = "WATCHDOG_PID";

    /// <summary>The longest period of a timer of .NET, in microseconds, which is 49 days.</summary>
    private const ulong LongestMicroseconds = (uint.MaxValue - 1) * 1000UL;

    /// <summary>Parses the variables; null if systemd does not watch this process.</summary>
    /// <param name="variable">Returns the value of a variable; null or empty if it is not set.</param>
    /// <param name="processId">The id of this process.</param>
    /// <exception cref="ConfigurationException">A value is malformed. The message has the variable, the value and the rule.</exception>
    public static SystemdNotifications? Parse(Func<string, string?> variable, int processId)
    {
        if (variable(WatchdogTime) is not { Length: > 0 } timeText || variable(NotifySocket) is not { Length: > 0 } socketText)
        {
            return null;
        }

        if (variable(WatchdogPid) is { Length: > 0 } pidText)
        {
            if (!int.TryParse(pidText, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid == 0)
            {
                throw Malformed(WatchdogPid, pidText, "the id of a process");
            }

            if (pid != processId)
            {
                return null;
            }
        }

        if (!ulong.TryParse(timeText, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) || microseconds == 0)
        {
            throw Malformed(WatchdogTime, timeText, "a number of microseconds, 1 or above");
        }

        // A timer of .NET has a resolution of a millisecond.
        var half = Math.Clamp(microseconds / 2, 1000, LongestMicroseconds);
        return new SystemdNotifications(EndPointOf(socketText), TimeSpan.FromMicroseconds(half));
    }

    /// <summary>Sends a notification without waiting. Returns why it was not sent; null if it was.</summary>
    public string? TrySend(string state)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(Socket);
            socket.Send(Encoding.UTF8.GetBytes(state));
            return null;
        }
        catch (SocketException failure)
        {
            return failure.Message;
        }
    }

    private static UnixDomainSocketEndPoint EndPointOf(string text)
    {
        if (text is not ['/' or '@', _, ..])
        {
            throw Malformed(NotifySocket, text, "the absolute path of a Unix socket, or @ and an abstract name");
        }

        try
        {
            return new UnixDomainSocketEndPoint(text[0] == '@' ? $"\0{text[1..]}" : text);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Malformed(NotifySocket, text, "the path of a Unix socket, of at most 107 bytes");
        }
    }

    private static ConfigurationException Malformed(string variable, string value, string rule) =>
        new($"the environment variable {variable} is '{value}'; it must be {rule}");
}
