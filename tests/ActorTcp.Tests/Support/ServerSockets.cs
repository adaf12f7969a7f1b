namespace ActorTcp.Tests.Support;

/// <summary>The kernel's list of this machine's IPv4 sockets: what a server still holds, whoever else has descriptors, and what waits.</summary>
internal static class ServerSockets
{
    private const int TimeWait = 6;
    private const int Listening = 10;
    private const int WindowProbe = 4;
    private const int KeepAlive = 2;

    /// <summary>How many connections of a server are held by a descriptor of the server: neither listening nor over.</summary>
    public static int Held(IPEndPoint server) => Lines().Count(fields => IsHeld(fields, server));

    /// <summary>
    /// Whether one end of a connection has bytes that wait for the other's window, which is closed until somebody reads there: the kernel
    /// probes it.
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

    /// <summary>Whether an address as the kernel lists it, in the machine's order of bytes, is this one.</summary>
    private static bool IsAt(string listed, IPEndPoint address)
    {
        var parts = listed.Split(':');
        return Hex(parts[1]) == address.Port && Hex(parts[0]) == BitConverter.ToInt32(address.Address.MapToIPv4().GetAddressBytes());
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
