namespace ActorTcp.Tests.Support;

/// <summary>The kernel's list of the IPv4 sockets of this machine: connections that a server still holds, and windows that block a sender.</summary>
internal static class ServerSockets
{
    private const int TimeWait = 6;
    private const int Listening = 10;
    private const int WindowProbe = 4;
    private const int KeepAlive = 2;

    /// <summary>The number of connections for which the server has a descriptor: neither listening nor ended.</summary>
    public static int Held(IPEndPoint server) => Lines().Count(fields => IsHeld(fields, server));

    /// <summary>
    /// Whether one end of a connection has bytes that wait for the window of the other end.
    /// The window is closed until the other end reads; meanwhile the kernel probes it.
    /// </summary>
    public static bool AwaitsWindow(EndPoint from, EndPoint to) => HasTimer(from, to, WindowProbe);

    /// <summary>Whether the kernel will probe an idle peer.</summary>
    public static bool IsKeptAlive(EndPoint local, EndPoint remote) => HasTimer(local, remote, KeepAlive);

    private static bool HasTimer(EndPoint from, EndPoint to, int timer) =>
        Lines().Any(fields => IsAt(fields[1], (IPEndPoint)from) && IsAt(fields[2], (IPEndPoint)to) && Hex(fields[5].Split(':')[0]) == timer);

    private static IEnumerable<string[]> Lines() =>
        File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static bool IsHeld(string[] fields, IPEndPoint server)
    {
        var state = Hex(fields[3]);
        var inode = fields[9];
        return IsAt(fields[1], server) && state is not (TimeWait or Listening) && inode != "0";
    }

    /// <summary>Whether an address in the kernel's format, in the byte order of the machine, is this address.</summary>
    private static bool IsAt(string listed, IPEndPoint address)
    {
        var parts = listed.Split(':');
        return Hex(parts[1]) == address.Port && Hex(parts[0]) == BitConverter.ToInt32(address.Address.MapToIPv4().GetAddressBytes());
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
