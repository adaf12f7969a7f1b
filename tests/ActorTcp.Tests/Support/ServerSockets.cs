using System.Globalization;

namespace ActorTcp.Tests.Support;

/// <summary>The kernel's list of this machine's IPv4 sockets: what a server still holds, whoever else has descriptors.</summary>
internal static class ServerSockets
{
    private const int TimeWait = 6;
    private const int Listening = 10;

    /// <summary>How many connections of a server's port are held by a descriptor of the server: neither listening nor over.</summary>
    public static int Held(int port) => File.ReadLines("/proc/net/tcp").Skip(1).Count(line => IsHeld(line, port));

    private static bool IsHeld(string line, int port)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var state = Hex(fields[3]);
        var inode = fields[9];
        return Hex(fields[1].Split(':')[1]) == port && state is not (TimeWait or Listening) && inode != "0";
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
