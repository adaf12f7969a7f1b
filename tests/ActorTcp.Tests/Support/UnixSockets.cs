namespace ActorTcp.Tests.Support;

/// <summary>Paths and clients of Unix sockets for one test.</summary>
internal sealed class UnixSockets : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("actortcp-");

    /// <summary>A path of which no file exists.</summary>
    public string Path => System.IO.Path.Combine(_directory.FullName, "server.sock");

    /// <summary>Another abstract name at each call.</summary>
    public static string AbstractName() => $"@actortcp-{Guid.NewGuid():N}";

    /// <summary>The framework's form of an address.</summary>
    public static UnixDomainSocketEndPoint EndPointOf(string path) => new(path is ['@', ..] ? $"\0{path[1..]}" : path);

    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(EndPointOf(path), cancellation);
        return socket;
    }

    /// <summary>Leaves the file of a server that no longer runs. The framework's Socket would remove the file, so the kernel's bare call closes the descriptor.</summary>
    public void LeaveStaleFile()
    {
        using var server = Tcp.OpenServer(SockAddr.Unix(Path), 1, ListenOptions.Default, out _);
        Assert.NotNull(server);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
