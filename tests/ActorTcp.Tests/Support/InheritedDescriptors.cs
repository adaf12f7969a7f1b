namespace ActorTcp.Tests.Support;

/// <summary>
/// Sockets as a service manager keeps them. The process under test inherits copies of their descriptors, and the manager's sockets stay open.
/// </summary>
internal sealed class InheritedDescriptors : IDisposable
{
    private readonly List<(string Name, Socket Socket)> _sockets = [];

    /// <summary>Adds a socket that the manager owns.</summary>
    public Socket Add(string name, Socket socket)
    {
        _sockets.Add((name, socket));
        return socket;
    }

    /// <summary>Adds a socket that listens on a free port of a loopback address. Returns its address.</summary>
    public IPEndPoint Listen(string name, bool isIPv6 = false)
    {
        var address = isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        var socket = Add(name, new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen(16);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Adds a Unix socket that listens on a path or an abstract name.</summary>
    public void ListenOnUnix(string name, string path)
    {
        var socket = Add(name, new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        socket.Bind(UnixSockets.EndPointOf(path));
        socket.Listen(16);
    }

    /// <summary>What a process inherits: copies of the descriptors.</summary>
    public InheritedSockets Inherit() => new(
        new InheritedVariables(_sockets.Count, [.. _sockets.Select(socket => socket.Name)], null),
        [.. _sockets.Select(socket => TestLibc.Dup((int)socket.Socket.Handle))]);

    /// <summary>
    /// Changes how a program is started: by a shell that gives the copies their numbers and sets the variables, like systemd. Dispose the result when the
    /// program was started.
    /// </summary>
    public PassedDescriptors PassTo(ProcessStartInfo start)
    {
        List<int> copies = [.. _sockets.Select(socket => TestLibc.Dup((int)socket.Socket.Handle))];
        Assert.All(copies, fd => Assert.True(fd >= InheritedVariables.First + copies.Count, "the shell would overwrite the descriptor"));
        var moves = copies.Select((fd, i) => $"{InheritedVariables.First + i}<&{fd} {fd}<&-");
        string[] command = ["-c", $"exec {string.Join(' ', moves)}; export {InheritedVariables.Pid}=$$; exec \"$@\"", "bash", start.FileName, .. start.ArgumentList];
        start.FileName = "bash";
        start.ArgumentList.Clear();
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[InheritedVariables.Fds] = copies.Count.ToString(CultureInfo.InvariantCulture);
        start.Environment[InheritedVariables.FdNames] = string.Join(':', _sockets.Select(socket => socket.Name));
        return new PassedDescriptors(copies);
    }

    /// <summary>Whether a client is in the backlog of a socket of the manager.</summary>
    public bool HasPending(string name) => _sockets.First(socket => socket.Name == name).Socket.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _sockets.ForEach(socket => socket.Socket.Dispose());
}

/// <summary>Copies of descriptors that the next started process inherits.</summary>
internal sealed class PassedDescriptors(List<int> copies) : IDisposable
{
    public void Dispose() => copies.ForEach(fd => Assert.Equal(0, TestLibc.Close(fd)));
}
